// Enhancements of the desk's form. Everything here only shows sooner what the server says anyway; the page works without it.
(() => {
  const desk = JSON.parse(document.getElementById("desk").dataset.desk);
  const field = (name) => document.getElementById(`form-${name}`);
  const small = (text) => text.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

  // The one entry of a field's list that what was typed begins, or null.
  const meant = (input) => {
    const typed = small(input.value);
    if (!typed) return null;
    const entries = [...input.list.options];
    const exact = entries.find((entry) => small(entry.value) === typed);
    const begun = entries.filter((entry) => small(entry.value).startsWith(typed));
    return exact ?? (begun.length === 1 ? begun[0] : null);
  };

  // A line below a field, moved there once so that it is read with the field.
  const line = (id, input) => {
    const output = document.getElementById(id);
    input.closest(".kern-form-input").append(output);
    return output;
  };

  const persons = field("persons-present");
  const unusual = line("unusual", persons);
  const watchPersons = () => {
    const n = Number(persons.value);
    unusual.textContent = n > desk.usual_at_most ? desk.unusual.replace("{n}", n) : "";
  };

  const place = field("place");
  const responsible = line("responsible", place);
  const watchPlace = () => {
    responsible.textContent = meant(place)?.label ?? "";
  };

  // The language that is usual with an origin at this site: proposed in the empty field, to be seen and changed.
  const origin = field("origin");
  const language = field("languages");
  let proposed = "";
  const proposeLanguage = () => {
    const typed = small(origin.value);
    const entry = meant(origin) ?? [...origin.list.options].find((each) => typed.length >= 3 && small(each.value).startsWith(typed));
    if (language.value && language.value !== proposed) return;
    proposed = (entry && desk.spoken[entry.value]) || "";
    language.value = proposed;
  };

  // Letters and ticks say the same: typing ticks, unticking takes the letter away.
  const shorthand = field("shorthand");
  const ticks = [...document.querySelectorAll('input[type="checkbox"][name="topics"]')];
  const letterOf = Object.fromEntries(Object.entries(desk.letters).map(([letter, topic]) => [topic, letter]));
  let byLetter = new Set();
  const tickLetters = () => {
    const now = new Set([...shorthand.value.toLowerCase()].map((letter) => desk.letters[letter]).filter(Boolean));
    for (const tick of ticks) {
      if (now.has(tick.value)) tick.checked = true;
      else if (byLetter.has(tick.value)) tick.checked = false;
    }
    byLetter = now;
  };
  const takeLetter = (tick) => {
    if (tick.checked) return;
    byLetter.delete(tick.value);
    shorthand.value = [...shorthand.value].filter((letter) => letter.toLowerCase() !== letterOf[tick.value]).join("");
  };

  persons.addEventListener("input", watchPersons);
  place.addEventListener("input", watchPlace);
  origin.addEventListener("change", proposeLanguage);
  shorthand.addEventListener("input", tickLetters);
  for (const tick of ticks) tick.addEventListener("change", () => takeLetter(tick));
  watchPersons();
  watchPlace();
  tickLetters();
})();
