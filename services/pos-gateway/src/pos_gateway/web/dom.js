// Elements made from values. Text is always a text node: nothing from outside is ever parsed as HTML.

export const by = (id) => document.getElementById(id);

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const show = (element, ...children) => element.replaceChildren(...children.flat(Infinity).filter(Boolean));

// A modal dialog. `build(close)` gives its content; the promise holds what `close` was given, or undefined.
// `stay`: Esc and the cross do not close it.
export function dialog(title, build, { wide = false, stay = false } = {}) {
  return new Promise((resolve) => {
    const box = h("dialog", { class: wide ? "wide" : "" });
    let closed = false;
    const close = (value) => {
      closed = true;
      box.close();
      box.remove();
      resolve(value);
    };
    const cross = stay ? null : h("button", { class: "cross", "aria-label": "Закрыть", onclick: () => close() }, "✕");
    box.append(h("header", {}, h("h2", {}, title), cross), ...[build(close)].flat());
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!stay) close();
    });
    box.addEventListener("close", () => { // a browser closes at the second Esc, whatever the page says
      if (!closed) stay ? box.showModal() : close();
    });
    document.body.append(box);
    box.showModal();
    const first = box.querySelector("[autofocus]") ?? box.querySelector("input, .main");
    first?.focus();
    first?.select?.();
  });
}

export const field = (label, input, note) => h("label", { class: "field" }, h("span", {}, label), input, note ? h("small", {}, note) : null);

export const buttons = (...items) => h("footer", { class: "buttons" }, ...items);

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;
