// The receipt on the screen, and its state in words while it is on its way.
import { ask, qrUrl } from "./api.js";
import { buttons, dialog, h, show } from "./dom.js";
import { VAT, shown, vatTotals, withSign } from "./money.js";
import { remember } from "./recent.js";

const STATUS = {
  printed: { tone: "good", title: "Чек напечатан", text: "Документ записан в фискальный накопитель, ОФД на связи." },
  buffered: { tone: "warn", title: "Чек напечатан, ждёт отправки", text: "Документ в фискальном накопителе. ОФД недоступен: чек уйдёт сам, когда связь вернётся." },
  accepted: { tone: "warn", title: "Чек принят, печатается", text: "Продажа сохранена и не потеряется. Дождитесь печати; повторно не пробивайте." },
  held: { tone: "bad", title: "Нужно решение старшего", text: "Касса не знает, оформлен ли чек. Деньги второй раз не берите, позовите управляющего." },
  annulled: { tone: "bad", title: "Чек аннулирован", text: "Документа нет: верните деньги покупателю." },
};
const TITLES = { sale: "Кассовый чек. Приход", refund: "Кассовый чек. Возврат прихода", expense: "Кассовый чек. Расход", expense_refund: "Кассовый чек. Возврат расхода" };
const PAID = { cash: "Наличными", card: "Картой", acquiring: "Эквайринг", prepayment: "Предоплатой", credit: "В кредит" };
const POLL_MS = 1000;

// `view`: {type, lines, payments: [{method, amount}], change, shop, till}; `answer`: the API's body.
export async function showReceipt(answer, view) {
  let state = answer;
  let closed = false;
  let url = null;
  const box = h("div", { class: "receipt" });
  const draw = async () => {
    keep(state, view);
    if (state.fiscal_doc && !url) url = await qrUrl(state.receipt_id);
    show(box, slip(view), h("div", { class: "side" }, banner(state), fiscal(state, view, url)));
  };
  await draw();
  follow(() => closed, () => state, async (next) => {
    state = next;
    await draw();
  });
  await dialog("Чек", (close) => [box, buttons(
    h("button", { onclick: () => window.print() }, "Распечатать копию"),
    h("button", { class: "main", autofocus: true, onclick: () => close() }, "Готово"),
  )], { wide: true });
  closed = true;
  if (url) URL.revokeObjectURL(url);
}

// Ask again until nothing more can change or nobody looks.
async function follow(isClosed, current, changed) {
  while (!isClosed() && ["accepted", "held", "buffered"].includes(current().status)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (isClosed()) return;
    const { status, body } = await ask("GET", `/v1/kkt/receipt/${current().receipt_id}`);
    if (status === 200 && !isClosed() && (body.status !== current().status || (body.fiscal_doc && !current().fiscal_doc))) await changed(body);
  }
}

// Note the receipt in this browser's list.
export function keep(state, view) {
  const doc = state.fiscal_doc ?? null;
  remember({ id: state.receipt_id, status: state.status, at: doc?.at ?? view.at, total: state.total, doc, view });
}

function banner(state) {
  const word = STATUS[state.status] ?? { tone: "warn", title: state.status, text: "" };
  return h("div", { class: `banner ${word.tone}` }, h("strong", {}, word.title), h("span", {}, word.text));
}

const row = (left, right, kind = "") => h("div", { class: `row ${kind}` }, h("span", {}, left), h("span", {}, right));

function slip(view) {
  return h("article", { class: "slip" },
    h("h3", {}, view.shop || "Оптика"),
    h("p", { class: "kind" }, TITLES[view.type] ?? "Кассовый чек"),
    view.lines.map((line) => [
      h("p", { class: "name" }, line.name),
      row(`${line.qty} × ${shown(line.price)}`, shown(line.sum + (line.discount ?? 0))),
      line.discount ? row("Скидка", `−${shown(line.discount)}`) : null,
      h("p", { class: "vat" }, (VAT[line.vat] ?? { name: line.vat }).name),
    ]),
    row("ИТОГ", withSign(view.lines.reduce((sum, line) => sum + line.sum, 0)), "total"),
    vatTotals(view.lines).map((vat) => row(vat.name, shown(vat.sum))),
    view.payments.map((paid) => row(PAID[paid.method] ?? paid.method, shown(paid.amount))),
    view.change ? row("Сдача", shown(view.change)) : null,
  );
}

function fiscal(state, view, url) {
  const doc = state.fiscal_doc;
  if (!doc) return h("div", { class: "fiscal" }, h("p", { class: "vat" }, "Фискальный документ ещё не оформлен"), row("Чек", state.receipt_id));
  return h("div", { class: "fiscal" },
    url ? h("img", { class: "qr", src: url, alt: "QR-код чека", title: doc.qr }) : h("p", { class: "vat" }, doc.qr),
    row("ФН", doc.fn), row("ФД", String(doc.fd)), row("ФП", String(doc.fp)),
    row("Касса", view.till), row("Смена", `${doc.shift}, чек ${doc.number}`), row("Дата", doc.at.replace("T", " ")), row("Сайт ФНС", "nalog.gov.ru"),
    h("p", { class: "vat" }, `№ ${state.receipt_id}`),
  );
}
