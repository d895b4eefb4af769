// The POS screen: wiring only.
import * as api from "./api.js";
import * as attempts from "./attempt.js";
import * as cart from "./cart.js";
import { by, dialog, field, buttons, h, isDialogOpen, show } from "./dom.js";
import { VAT, shown, withSign } from "./money.js";
import { askPayment, settle } from "./pay.js";
import { browse, refund } from "./refund.js";
import { Search } from "./search.js";
import { Status } from "./status.js";
import { login, menu, roleName, told } from "./till.js";

const CART = "till.cart";
const till = { id: "", shop: "", role: "", rights: [], maxDiscount: 0 };
const status = new Status();
const search = new Search((product) => change(cart.add(lines, product)));
let lines = JSON.parse(localStorage.getItem(CART) ?? "[]");
let chosen = lines.length - 1;

function change(next, at = null) {
  chosen = at ?? (next.length > lines.length ? next.length - 1 : Math.min(chosen, next.length - 1));
  lines = next;
  localStorage.setItem(CART, JSON.stringify(lines));
  draw();
}

function draw() {
  const due = cart.total(lines);
  show(by("lines"), lines.length ? lines.map(row) : h("li", { class: "empty" }, "Найдите товар или отсканируйте штрихкод"));
  show(by("cart-count"), lines.length ? `· ${lines.reduce((sum, line) => sum + line.qty, 0)} шт.` : "");
  show(by("discount"), cart.discount(lines) ? `−${shown(cart.discount(lines))}` : "0,00");
  show(by("total"), withSign(due));
  const blocked = !lines.length || !till.rights.includes("sell");
  for (const id of ["pay-cash", "pay-card", "clear"]) by(id).disabled = blocked;
  by("lines").querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
}

function row(line, at) {
  const press = (label, text, next) => h("button", { "aria-label": label, title: label, onclick: (event) => { event.stopPropagation(); next(); } }, text);
  return h("li", { class: at === chosen ? "chosen" : "", onclick: () => { chosen = at; draw(); } },
    h("div", { class: "name" }, line.name, h("small", {}, `${shown(line.price)} · ${(VAT[line.vat] ?? { name: line.vat }).name}${line.percent ? ` · скидка ${line.percent} %` : ""}`)),
    h("div", { class: "qty" }, press("Меньше", "−", () => change(cart.changeQty(lines, at, line.qty - 1), at)), h("b", {}, String(line.qty)), press("Больше", "+", () => change(cart.changeQty(lines, at, line.qty + 1), at))),
    h("div", { class: "price" }, shown(cart.sumOf(line)), line.percent ? h("s", {}, shown(cart.gross(line))) : null),
    h("div", { class: "tools" }, press("Скидка", "%", () => discount(at)), press("Убрать", "✕", () => change(cart.remove(lines, at)))),
  );
}

async function discount(at) {
  const percent = await dialog(`Скидка: ${lines[at].name}`, (close) => {
    const input = h("input", { type: "number", min: "0", max: String(till.maxDiscount), step: "1", value: String(lines[at].percent), autofocus: true });
    const submit = (event) => {
      event.preventDefault();
      close(Number(input.value));
    };
    return h("form", { onsubmit: submit }, field("Скидка, %", input, `${roleName(till.role)}: не больше ${till.maxDiscount} %`), buttons(h("button", { class: "main", type: "submit" }, "Применить")));
  });
  if (percent !== undefined) change(cart.changeDiscount(lines, at, percent), at);
}

async function pay(way) {
  if (!lines.length || isDialogOpen() || attempts.open() || !by("stop").hidden) return;
  const sold = lines;
  const paid = await askPayment(cart.total(sold), way);
  if (!paid) return search.focus();
  const payments = [["cash", paid.cash], ["card", paid.card]].filter(([, amount]) => amount > 0).map(([method, amount]) => ({ method, amount }));
  const view = { type: "sale", lines: cart.printedLines(sold), payments, change: paid.change, shop: till.shop, till: till.id, at: new Date().toISOString(), title: "Продажа" };
  await finish(attempts.begin("receipt", "/v1/kkt/receipt", cart.saleBody(till.id, sold, paid), view));
}

// The cart is emptied by the verdict, not by the click: after a refusal it is still there.
async function finish(attempt) {
  const outcome = await settle(attempt, () => attempt.body.type === "sale" && change(cart.EMPTY));
  if (outcome.done && attempt.kind === "task") await told(attempt.view.title, outcome.body);
  status.refresh();
  search.focus();
}

async function guarded(work) {
  if (isDialogOpen() || attempts.open()) return;
  await work();
  status.refresh();
  search.focus();
}

const KEYS = {
  F2: () => search.again(),
  F7: () => guarded(() => refund(till)),
  F8: () => pay("cash"),
  F9: () => pay("card"),
};

function onKey(event) {
  if (isDialogOpen()) return;
  if (event.key in KEYS) {
    event.preventDefault();
    KEYS[event.key]();
  } else if (document.activeElement !== search.input && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const step = { "+": 1, "-": -1 }[event.key];
    if (step && lines[chosen]) change(cart.changeQty(lines, chosen, lines[chosen].qty + step), chosen);
    else if (event.key === "Delete" && lines[chosen]) change(cart.remove(lines, chosen));
    else if (event.key.length === 1) search.input.focus(); // a scanner begins to type
  }
}

async function start() {
  draw();
  const { status: code, body } = await api.ask("GET", "/v1/pos/session");
  if (code === 401) return login({ must: true });
  if (code !== 200) return setTimeout(start, 1500);
  Object.assign(till, { id: body.pos_id, shop: body.shop, role: body.role, rights: body.rights, maxDiscount: body.max_discount_percent });
  document.title = `${till.id} · касса`;
  show(by("shop"), till.shop || "Оптика");
  show(by("chip-till"), till.id);
  show(by("menu-user"), roleName(till.role));
  draw();
  status.run();
  search.load();
  search.focus();
  const left = attempts.open();
  if (left) await finish(left);
}

by("pay-cash").addEventListener("click", () => pay("cash"));
by("pay-card").addEventListener("click", () => pay("card"));
by("clear").addEventListener("click", () => change(cart.EMPTY));
by("menu-refund").addEventListener("click", () => guarded(() => refund(till)));
by("menu-recent").addEventListener("click", () => guarded(() => browse(till)));
by("menu-till").addEventListener("click", () => guarded(() => menu(till, status.last)));
by("menu-user").addEventListener("click", () => guarded(() => login()));
document.addEventListener("keydown", onKey);
start();
