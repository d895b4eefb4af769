// The till's own work: shift, reports, drawer, delivery, held receipts, who is at the screen.
import { ask, setToken, token } from "./api.js";
import * as attempts from "./attempt.js";
import { buttons, dialog, field, h, show } from "./dom.js";
import { parseRoubles, roubles, withSign } from "./money.js";
import { explain, settle } from "./pay.js";

const ROLES = { cashier: "Кассир", manager: "Управляющий", accountant: "Бухгалтер", admin: "Администратор" };
export const roleName = (role) => ROLES[role] ?? role;

export async function menu(till, status) {
  const can = (right) => till.rights.includes(right);
  const act = await dialog("Касса", (close) => {
    const item = (right, label, note, name) => h("button", { disabled: !can(right), onclick: () => close(name) }, h("strong", {}, label), h("small", {}, can(right) ? note : "нет прав: войдите как старший"));
    return [h("div", { class: "actions" },
      item("sell", "Открыть смену", "первый чек открывает её сам", "open"),
      item("sell", "X-отчёт", "итоги смены без закрытия", "x"),
      item("close_shift", "Z-отчёт", "закрыть смену", "z"),
      item("move_cash", "Внесение", "деньги в ящик", "in"),
      item("move_cash", "Выплата", "деньги из ящика", "out"),
      item("deliver", "Передать в ОФД", "не ждать следующей попытки", "sync"),
      item("resolve", "Решить судьбу чека", status?.held?.length ? `ждут решения: ${status.held.length}` : "таких чеков нет", "held"),
      item("breaker", "Сбросить паузу ОФД", "после ошибок передачи", "breaker"),
      item("maintenance", status?.maintenance ? "Возобновить продажи" : "Обслуживание", status?.maintenance ? "касса на обслуживании" : "остановить продажи", "maintenance"),
    )];
  }, { wide: true });
  const run = { open: () => task(till, "Открытие смены", "shift/open"), x: () => task(till, "X-отчёт", "x_report"), z: () => close(till), in: () => cash(till, "Внесение", "cash_in"),
    out: () => cash(till, "Выплата", "cash_out"), sync, held: () => resolve(status), breaker, maintenance: () => maintain(status) }[act];
  if (run) await run();
}

async function close(till) {
  const sure = await dialog("Закрыть смену?", (done) => [h("p", {}, "Z-отчёт закроет смену и обнулит её итоги."), buttons(h("button", { onclick: () => done() }, "Отмена"), h("button", { class: "main", onclick: () => done(true) }, "Закрыть смену"))]);
  if (sure) await task(till, "Z-отчёт", "z_report");
}

async function cash(till, title, path) {
  const amount = await dialog(title, (done) => {
    const input = h("input", { inputmode: "decimal", autocomplete: "off", autofocus: true });
    const submit = (event) => {
      event.preventDefault();
      const kopecks = parseRoubles(input.value);
      if (kopecks) done(kopecks);
      else input.focus();
    };
    return h("form", { onsubmit: submit }, field("Сумма, ₽", input), buttons(h("button", { type: "button", onclick: () => done() }, "Отмена"), h("button", { class: "main", type: "submit" }, title)));
  });
  if (amount) await task(till, title, path, { amount: roubles(amount) });
}

async function task(till, title, path, more = {}) {
  const outcome = await settle(attempts.begin("task", `/v1/kkt/${path}`, { pos_id: till.id, ...more }, { title }));
  if (outcome.done) await told(title, outcome.body);
}

export async function told(title, body) {
  const money = (text) => withSign(parseRoubles(text) ?? 0);
  const rows = [];
  const { totals, fiscal_doc: doc } = body;
  if (totals) rows.push(["Продаж", `${totals.sales} на ${money(totals.sales_total)}`], ["Возвратов", `${totals.sale_refunds} на ${money(totals.sale_refunds_total)}`]);
  if (body.cash_in_drawer ?? totals) rows.push(["Наличных в ящике", money(body.cash_in_drawer ?? totals.cash_in_drawer)]);
  if (doc) rows.push(["Смена", String(doc.shift)], ["ФД", String(doc.fd)], ["ФП", String(doc.fp)]);
  await dialog(title, (done) => [
    h("div", { class: "banner good" }, h("strong", {}, "Готово")),
    h("dl", { class: "facts" }, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    buttons(h("button", { class: "main", autofocus: true, onclick: () => done() }, "Закрыть")),
  ]);
}

async function plain(title, text, request) {
  const { status, body } = await request;
  if (status >= 200 && status < 300) await dialog(title, (done) => [h("div", { class: "banner good" }, h("strong", {}, text)), buttons(h("button", { class: "main", autofocus: true, onclick: () => done() }, "Закрыть"))]);
  else await explain(body, title);
}

const sync = () => plain("Передача в ОФД", "Передача началась.", ask("POST", "/v1/kkt/buffer/sync", { body: { force: true } }));
const breaker = () => plain("Пауза ОФД", "Пауза снята.", ask("POST", "/v1/kkt/circuit_breaker/reset", { body: {} }));
const maintain = (status) => plain("Обслуживание", status?.maintenance ? "Продажи возобновлены." : "Продажи остановлены.", ask(status?.maintenance ? "DELETE" : "POST", "/v1/pos/maintenance", { body: {} }));

async function resolve(status) {
  const [id] = status?.held ?? [];
  if (!id) return;
  const found = await ask("GET", `/v1/kkt/receipt/${id}`);
  const facts = found.status === 200 ? [["Чек", id], ["Сумма", withSign(parseRoubles(found.body.total) ?? 0)], ["Причина", found.body.last_error ?? "—"], ...Object.entries(found.body.facts)] : [["Чек", id]];
  const decision = await dialog("Судьба чека", (done) => {
    const fd = h("input", { inputmode: "numeric", placeholder: "номер ФД" });
    const comment = h("input", { maxlength: "256", placeholder: "кто и почему решил" });
    const choose = (name, extra = {}) => () => done({ decision: name, comment: comment.value, ...extra });
    return [
      h("dl", { class: "facts" }, facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])),
      h("p", {}, "Посмотрите ленту принтера. Если чек на ней есть, укажите его номер ФД. Если документа нет, напечатайте чек или верните деньги и аннулируйте его."),
      field("Номер документа на ленте", fd), field("Комментарий", comment),
      buttons(
        h("button", { class: "danger", onclick: choose("annul") }, "Аннулировать"), h("button", { onclick: choose("print") }, "Напечатать"),
        h("button", { class: "main", onclick: () => (/^\d{1,10}$/.test(fd.value.trim()) ? choose("document", { fd: Number(fd.value) })() : fd.focus()) }, "Это документ ФД"),
      ),
    ];
  }, { wide: true });
  if (decision) await plain("Судьба чека", "Решение записано.", ask("POST", `/v1/kkt/receipt/${id}/resolve`, { body: decision }));
}

// Ask for a token until the till knows it; then reload, so that everything begins as this role.
export async function login({ must = false } = {}) {
  const given = await dialog("Вход в кассу", (done) => {
    const input = h("input", { type: "password", autocomplete: "off", autofocus: true });
    const warning = h("p", { class: "verdict bad" });
    const submit = async (event) => {
      event.preventDefault();
      const before = token();
      setToken(input.value.trim());
      const { status, body } = await ask("GET", "/v1/pos/session");
      if (status === 200) done(true);
      else {
        setToken(before);
        show(warning, body.message ?? "Ключ не подошёл.");
      }
    };
    return h("form", { onsubmit: submit }, field("Ключ доступа", input, "выдаёт администратор"), warning,
      buttons(token() ? h("button", { type: "button", onclick: () => { setToken(null); done(true); } }, "Выйти") : null, h("button", { class: "main", type: "submit" }, "Войти")));
  }, { stay: must });
  if (given) location.reload();
}
