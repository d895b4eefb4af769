// Refund by receipt: from this browser's list or by number; lines come from the till where it knows them.
import { ask } from "./api.js";
import * as attempts from "./attempt.js";
import { refundBody, refundLines } from "./cart.js";
import { buttons, dialog, field, h, show } from "./dom.js";
import { parseRoubles, shown, withSign } from "./money.js";
import { settle } from "./pay.js";
import { list } from "./recent.js";
import { showReceipt } from "./slip.js";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WORDS = { printed: "напечатан", buffered: "ждёт ОФД", accepted: "печатается", held: "нужно решение", annulled: "аннулирован" };

export async function refund(till) {
  const id = await chooseReceipt("Возврат по чеку", "Дальше", ({ view, doc }) => view.type === "sale" && doc);
  if (!id) return;
  const original = await load(id);
  if (!original) return;
  const chosen = await chooseLines(original);
  if (!chosen) return;
  const lines = refundLines(original.items, chosen.returned);
  const view = {
    type: "refund", lines, payments: [{ method: chosen.method, amount: lines.reduce((sum, line) => sum + line.sum, 0) }],
    shop: till.shop, till: till.id, at: new Date().toISOString(), title: "Возврат",
  };
  await settle(attempts.begin("receipt", "/v1/kkt/receipt", refundBody(till.id, original.receipt_id, lines, chosen.method), view));
}

export async function browse(till) {
  const id = await chooseReceipt("Последние чеки этого экрана", "Показать", () => true);
  if (!id) return;
  const known = list().find((entry) => entry.id === id);
  const { status, body } = await ask("GET", `/v1/kkt/receipt/${id}`);
  if (status !== 200) {
    await message(body.message ?? "Касса не отвечает.");
    return;
  }
  const view = known?.view ?? {
    type: body.type ?? "sale", lines: body.items.map(readItem), payments: body.payments.map((paid) => ({ ...paid, amount: parseRoubles(paid.amount) })),
    shop: till.shop, till: till.id, at: body.created_at,
  };
  await showReceipt(body, view);
}

function chooseReceipt(title, action, wanted) {
  return dialog(title, (close) => {
    const input = h("input", { placeholder: "номер чека, например 0193c5a0-…", autocomplete: "off", autofocus: true });
    const warning = h("p", { class: "verdict bad" });
    const submit = (event) => {
      event.preventDefault();
      const id = input.value.trim().toLowerCase();
      if (ID.test(id)) close(id);
      else show(warning, "Номер чека состоит из 36 знаков: цифры, буквы a–f и дефисы.");
    };
    const rows = list().filter(wanted);
    return [
      rows.length ? h("ol", { class: "receipts" }, rows.map((entry) => row(entry, close))) : h("p", { class: "hint" }, "На этом экране чеков ещё не было."),
      h("form", { onsubmit: submit }, field("Или по номеру", input), warning, buttons(h("button", { class: "main", type: "submit" }, action))),
    ];
  }, { wide: true });
}

const row = (entry, close) => h("li", { tabIndex: 0, onclick: () => close(entry.id), onkeydown: (event) => event.key === "Enter" && close(entry.id) },
  h("span", { class: "name" }, entry.view.lines.map((line) => line.name).join(", "), h("small", {}, `${entry.doc ? `ФД ${entry.doc.fd} · ` : ""}${(entry.at ?? "").replace("T", " ").slice(0, 16)} · ${entry.id}`)),
  h("span", { class: "stock" }, entry.view.type === "refund" ? "возврат" : WORDS[entry.status] ?? entry.status),
  h("span", { class: "price" }, withSign(parseRoubles(entry.total) ?? 0)),
);

const readItem = (item) => ({ ...item, price: parseRoubles(item.price), sum: parseRoubles(item.sum) });

async function load(id) {
  const { status, body } = await ask("GET", `/v1/kkt/receipt/${id}`);
  if (status !== 200) await message(body.message ?? "Касса не отвечает.");
  else if (body.type !== "sale" || !body.fiscal_doc) await message("Возврат возможен только по напечатанному чеку продажи.");
  else return { ...body, items: body.items.map(readItem), payments: body.payments };
  return null;
}

const message = (text) => dialog("Чек", (close) => [h("p", {}, text), buttons(h("button", { class: "main", onclick: () => close() }, "Понятно"))]);

function chooseLines(original) {
  return dialog(`Возврат по чеку ФД ${original.fiscal_doc.fd}`, (close) => {
    const inputs = original.items.map((item) => h("input", { type: "number", min: "0", max: item.qty, step: Number.isInteger(Number(item.qty)) ? "1" : "any", value: item.qty, "aria-label": `Вернуть: ${item.name}` }));
    const cash = original.payments.some((paid) => paid.method === "cash");
    const card = original.payments.some((paid) => paid.method !== "cash");
    const method = h("select", {}, h("option", { value: "card", selected: card }, "На карту"), h("option", { value: "cash", selected: cash && !card }, "Наличными"));
    const sum = h("p", { class: "verdict", role: "status" });
    const go = h("button", { class: "main danger", type: "submit" }, "Вернуть");
    const read = () => inputs.map((input) => (input.validity.valid ? Number(input.value) : 0));
    const refresh = () => {
      const total = refundLines(original.items, read()).reduce((whole, line) => whole + line.sum, 0);
      show(sum, `К возврату ${withSign(total)}`);
      go.disabled = total === 0;
    };
    const submit = (event) => {
      event.preventDefault();
      close({ returned: read(), method: method.value });
    };
    refresh();
    return h("form", { onsubmit: submit, oninput: refresh },
      h("ol", { class: "receipts still" }, original.items.map((item, index) => h("li", {}, h("span", { class: "name" }, item.name, h("small", {}, `${item.qty} × ${shown(item.price)}`)), inputs[index], h("span", { class: "price" }, withSign(item.sum))))),
      field("Как вернуть деньги", method, "тем же способом, каким платил покупатель"), sum,
      buttons(h("button", { type: "button", onclick: () => close() }, "Отмена"), go));
  }, { wide: true });
}
