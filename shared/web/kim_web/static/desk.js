// Takes an open page off the screen when the desk is locked, keeps what was typed as a draft for its owner, and fills it in again later.
// Without this script the page stays until the next request; nothing else depends on it.
(() => {
  const told = document.currentScript.dataset;
  const EVERY = 30000;
  const changed = new Set();
  let heard = Date.now();
  let leaving = false;
  const whose = { "X-Kim-Page": told.whose };

  // Work on the page is work at the desk: once a minute at most the service is told, so that nobody is locked out while typing.
  async function work() {
    if (leaving || Date.now() - heard < 60000) return;
    heard = Date.now();
    await fetch(told.working, { redirect: "manual" }).catch(() => {});
  }

  async function look() {
    if (leaving) return;
    let locked;
    try {
      locked = (await (await fetch(told.state, { headers: whose })).json()).locked;
    } catch {
      // The service is away. Who sat here may be too.
      document.documentElement.classList.toggle("kim-covered", Date.now() - heard > told.minutes * 60000);
      return;
    }
    document.documentElement.classList.remove("kim-covered");
    if (locked) await leave();
  }

  async function leave() {
    if (leaving) return; // two answers may have been under way
    leaving = true;
    const kept = await Promise.all([...changed].filter((form) => form.isConnected).map(keep));
    const here = `${location.pathname}${location.search}`;
    location.replace(`${told.locked}?${new URLSearchParams({ next: here, ...(kept.includes(true) && { entwurf: 1 }) })}`);
  }

  async function keep(form) {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
    typed.append("kim_to", form.getAttribute("action"));
    typed.append("kim_page", `${location.pathname}${location.search}`);
    return fetch(told.keep, { method: "POST", body: typed, headers: whose }).then((answer) => answer.status === 201, () => false);
  }

  async function fill() {
    const id = /^#entwurf-([\w-]+)$/.exec(location.hash)?.[1];
    if (!id) return;
    history.replaceState(null, "", `${location.pathname}${location.search}`);
    const answer = await fetch(`${told.drafts}/${id}`);
    if (!answer.ok) return;
    const draft = await answer.json();
    const form = [...document.forms].find((one) => one.method === "post" && one.getAttribute("action") === draft.to);
    if (!form) return;
    const values = new Map();
    for (const [name, value] of draft.fields) values.set(name, [...(values.get(name) ?? []), value]);
    let first;
    for (const at of form.elements) {
      if (!at.name || at.type === "hidden" || !values.has(at.name)) continue;
      const given = values.get(at.name);
      if (at.type === "checkbox" || at.type === "radio") at.checked = given.includes(at.value);
      else at.value = given.shift() ?? "";
      at.closest("details")?.setAttribute("open", "");
      if (at.value && at.matches("input:not([type=checkbox], [type=radio]), textarea")) first = at;
    }
    const own = document.createElement("input");
    Object.assign(own, { type: "hidden", name: "kim_draft", value: id });
    form.append(own);
    changed.add(form);
    first?.focus();
  }

  for (const kind of ["input", "change"])
    document.addEventListener(kind, ({ target }) => {
      if (target.form?.method === "post") changed.add(target.form);
    });
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, work, { passive: true });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== told.lock || changed.size === 0) return changed.delete(form);
    event.preventDefault();
    const kept = await Promise.all([...changed].map(keep));
    if (kept.includes(true)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "entwurf", value: "1" }));
    form.submit();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("pageshow", ({ persisted }) => persisted && look());
  setInterval(look, told.every ?? EVERY);
  fill();
})();
