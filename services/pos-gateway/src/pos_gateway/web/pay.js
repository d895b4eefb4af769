// Payment, and the wait for the till's verdict.
import * as attempts from "./attempt.js";
import { buttons, dialog, field, h, show } from "./dom.js";
import { parseRoubles, roubles, shown, withSign } from "./money.js";
import { keep, showReceipt } from "./slip.js";

const NOTES = [10000, 50000, 100000, 200000, 500000];

// {cash, card, contact, change} in kopecks, or undefined.
export function askPayment(due, way) {
  return dialog(`К оплате ${withSign(due)}`, (close) => {
    const cash = h("input", { inputmode: "decimal", autocomplete: "off", autofocus: way === "cash", value: way === "cash" ? roubles(due) : "" });
    const card = h("input", { inputmode: "decimal", autocomplete: "off", autofocus: way === "card", value: way === "card" ? roubles(due) : "" });
    const contact = h("input", { autocomplete: "off", placeholder: "почта или +7…", maxlength: "64" });
    const verdict = h("p", { class: "verdict", role: "status" });
    const go = h("button", { class: "main", type: "submit" }, "Оплатить");
    const read = () => judge(due, parseRoubles(cash.value || "0"), parseRoubles(card.value || "0"));
    const refresh = () => {
      const found = read();
      show(verdict, found.text);
      verdict.classList.toggle("bad", !found.ok);
      go.disabled = !found.ok;
    };
    const submit = (event) => {
      event.preventDefault();
      const found = read();
      if (found.ok) close({ ...found, contact: contact.value.trim() });
    };
    const tender = (sum) => h("button", { type: "button", onclick: () => { cash.value = roubles(sum); card.value = ""; refresh(); cash.focus(); } }, shown(sum));
    const form = h("form", { onsubmit: submit, oninput: refresh },
      field("Наличными получено", cash),
      h("div", { class: "quick" }, quickSums(due).map(tender)),
      field("Картой", card),
      field("Электронный чек", contact, "не обязательно"),
      verdict,
      buttons(h("button", { type: "button", onclick: () => close() }, "Отмена"), go),
    );
    refresh();
    return form;
  });
}

function judge(due, cash, card) {
  if (cash === null || card === null) return { ok: false, text: "Сумма указана с ошибкой." };
  if (card > due) return { ok: false, text: "Картой больше, чем нужно." };
  if (cash + card < due) return { ok: false, text: `Не хватает ${withSign(due - cash - card)}` };
  const change = cash + card - due;
  return { ok: true, cash, card, change, text: change ? `Сдача ${withSign(change)}` : "Без сдачи" };
}

function quickSums(due) {
  const rounded = NOTES.map((note) => Math.ceil(due / note) * note);
  return [...new Set([due, ...rounded])].sort((a, b) => a - b).slice(0, 5);
}

// Run the open operation to its end behind a dialog that cannot be closed. `done` is called at the verdict.
export async function settle(attempt, done = () => {}) {
  const text = h("p", {}, "Ждём ответа кассы…");
  const action = h("div", { class: "buttons" });
  let finish;
  const shownUntil = dialog(attempt.view.title ?? "Операция", (close) => {
    finish = close;
    return h("div", { class: "wait" }, h("div", { class: "spinner" }), text, action);
  }, { stay: true });
  const outcome = await ask(attempt, text, action, (body) => {
    if (attempt.kind === "receipt") keep(body, attempt.view);
    done();
  });
  finish();
  await shownUntil;
  if (outcome.done) {
    if (attempt.kind === "receipt") await showReceipt(outcome.body, attempt.view);
    return outcome;
  }
  if (outcome.refused) await explain(outcome.body, attempt.view.title);
  return outcome;
}

async function ask(attempt, text, action, done) {
  const tell = (body) => show(text, `${body.message ?? "Касса не отвечает."} Ключ операции сохранён, повторяем: второй раз она не пройдёт.`);
  for (;;) {
    const outcome = await attempts.run(attempt, { tell, done });
    if (!outcome.stuck) return outcome;
    show(text, outcome.body.message);
    const again = await new Promise((resolve) => {
      show(action,
        outcome.mayForget ? h("button", { onclick: () => resolve(false) }, "Отказаться") : null,
        h("button", { class: "main", onclick: () => resolve(true) }, "Повторить"),
      );
    });
    show(action);
    if (!again) {
      attempts.forget();
      return { dropped: true };
    }
    show(text, "Ждём ответа кассы…");
  }
}

const WHAT_TO_DO = {
  BUFFER_FULL: "Не принимайте деньги. Дождитесь связи с ОФД или попросите управляющего передать чеки сейчас.",
  DEVICE_DOWN: "Проверьте питание и кабель принтера чеков. Деньги не принимайте, пока он не ответит.",
  DEVICE_HELD: "Позовите управляющего: меню «Касса» → «Решить судьбу чека».",
  SHIFT_EXPIRED: "Снимите Z-отчёт (меню «Касса»), затем пробейте чек заново.",
  SHIFT_CLOSED: "Откройте смену (меню «Касса»), затем пробейте чек заново.",
  RECEIPTS_UNPRINTED: "Дождитесь печати всех чеков и повторите.",
  MAINTENANCE: "Дождитесь окончания обслуживания или воспользуйтесь другой кассой.",
  FN_FULL: "Позовите администратора: нужна замена фискального накопителя.",
  DISK_FULL: "Позовите администратора.",
  INVALID: "Исправьте указанное поле и пробейте чек заново.",
  ORIGINAL_NOT_SYNCED: "Подождите, пока исходный чек уйдёт в ОФД, и повторите.",
};

export function explain(problem, title = "Операция") {
  return dialog(`${title}: отказ`, (close) => [
    h("div", { class: "banner bad" }, h("strong", {}, problem.message ?? "Касса отказала."), h("span", {}, WHAT_TO_DO[problem.code] ?? "")),
    h("p", { class: "small" }, `${problem.code}${problem.id ? ` · ошибка № ${problem.id}` : ""}`),
    buttons(h("button", { class: "main", autofocus: true, onclick: () => close() }, "Понятно")),
  ]);
}
