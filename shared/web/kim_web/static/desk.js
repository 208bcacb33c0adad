// Takes an open page off the screen when the desk is locked and keeps what was typed as a draft for its owner.
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
    location.replace(`${told.locked}?${new URLSearchParams({ next: told.page, ...(kept.includes(true) && { entwurf: 1 }) })}`);
  }

  async function keep(form) {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
    const later = form.querySelector("button[name=kim_keep]")?.getAttribute("formaction"); // a form may go on elsewhere than it is sent
    typed.append("kim_to", later ?? form.getAttribute("action"));
    typed.append("kim_page", told.page);
    return fetch(told.keep, { method: "POST", body: typed, headers: whose }).then((answer) => answer.status === 201, () => false);
  }

  for (const kind of ["input", "change"])
    document.addEventListener(kind, ({ target }) => {
      if (target.form?.method === "post") changed.add(target.form);
    });
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, work, { passive: true });
  // The buttons that lock and sign out are of the page's form, so that without this script the form goes along. With it, what was typed is
  // kept here, of every form of the page, and the lock, or the way out, is asked for by itself.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const to = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    if (to !== told.lock && to !== told.leave) return changed.delete(form);
    event.preventDefault();
    const kept = await Promise.all([...changed].map(keep));
    const lock = Object.assign(document.createElement("form"), { method: "post", action: to, hidden: true });
    const fields = { csrf_token: form.elements.csrf_token.value, von: told.page, ...(kept.includes(true) && { entwurf: 1 }) };
    for (const [name, value] of Object.entries(fields)) lock.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(lock);
    lock.submit();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("pageshow", ({ persisted }) => persisted && look());
  setInterval(look, told.every ?? EVERY);
  for (const form of document.forms) if (form.elements.kim_draft || "again" in form.dataset) changed.add(form); // it is nowhere else
})();
