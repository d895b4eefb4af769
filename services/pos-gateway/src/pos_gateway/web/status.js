// The bar that is always there, and the refusal over the whole work area when the till cannot sell.
import { ask } from "./api.js";
import { by, h, show } from "./dom.js";

const PERIOD_MS = 1500;
const KKT = { up: ["good", "на связи"], connecting: ["warn", "соединяется"], down: ["bad", "не отвечает"], held: ["bad", "ждёт решения"], fn_full: ["bad", "ФН исчерпан"], cannot_print: ["bad", "не печатает"], unknown: ["bad", "нет данных"] };
const OFD = { up: ["good", "на связи"], slow: ["good", "медленно"], down: ["bad", "нет связи"], unknown: ["warn", "нет данных"] };
const MODE = { online: ["good", "Онлайн"], degraded: ["warn", "Без офиса"], offline: ["bad", "Офлайн"] };
const PART = { up: "на связи", slow: "медленно", down: "нет связи", unknown: "нет данных", not_configured: "не настроен" };

export class Status {
  constructor() {
    this.last = null;
    this.failures = 0;
    this.warned = false;
    this.changed = () => {};
  }

  async run() {
    for (;;) {
      await this.refresh();
      await new Promise((resolve) => setTimeout(resolve, document.hidden ? PERIOD_MS * 3 : PERIOD_MS));
    }
  }

  async refresh() {
    const { status, body } = await ask("GET", "/v1/kkt/buffer/status", { timeoutMs: 4000 });
    this.failures = status === 200 ? 0 : this.failures + 1;
    if (status === 200) this.draw(body);
    else if (this.failures > 1) this.silent(body);
    this.changed(this.last);
  }

  draw(body) {
    this.last = body;
    this.drawMode(body);
    const [kktTone, kkt] = KKT[body.kkt.status] ?? ["warn", body.kkt.status];
    chip("chip-kkt", kktTone, `ККТ ${kkt}`, [body.kkt.name, body.kkt.fn && `ФН ${body.kkt.fn}`, body.kkt.documents_left !== null && `осталось документов: ${body.kkt.documents_left}`, body.kkt.cause]);
    const [ofdTone, ofd] = OFD[body.ofd.status] ?? ["warn", body.ofd.status];
    chip("chip-ofd", ofdTone, `ОФД ${ofd}`, [body.last_sync.timestamp && `последняя передача: ${new Date(body.last_sync.timestamp).toLocaleString("ru-RU")}`, body.ofd.last_error, "Чеки сохранены на кассе и уйдут сами."]);
    chip("chip-buffer", bufferTone(body), `Буфер ${body.current_queued}/${body.total_capacity} (${Math.round(body.percent_full)} %)`, ["чеки, которых ещё нет у ОФД", body.oldest_receipt && `старшему ${body.oldest_receipt.age_hours} ч`, "Все чеки в сохранности."]);
    const shift = body.shift;
    chip("chip-shift", shift?.over_24h ? "bad" : shift?.open ? "good" : "", shift ? `Смена ${shift.number} ${shift.over_24h ? "старше 24 ч" : shift.open ? "открыта" : "закрыта"}` : "Смена —", [shift?.opened_at && `открыта ${shift.opened_at.replace("T", " ")}`, shift && `чеков: ${shift.receipts}`]);
    show(by("notes"), body.alerts.map((alert) => h("p", { class: alert.level === "critical" ? "bad" : alert.level === "warning" ? "warn" : "" }, alert.message)));
    stop(reason(body));
  }

  // While the mode is not known yet, the network status is what the OFD line says.
  drawMode({ mode, network_status: network }) {
    const [tone, name] = MODE[network] ?? ["warn", network];
    chip("chip-mode", tone, mode ? `${name} ${lasted(mode.for_seconds)}` : name, mode ? [mode.message, `с ${new Date(mode.since).toLocaleString("ru-RU")}`, `ОФД: ${PART[mode.ofd]}`, `связь с офисом: ${PART[mode.link]}`, `Odoo: ${PART[mode.odoo]}`, "Все чеки в сохранности."] : ["режим определяется"]);
  }

  silent(problem) {
    for (const id of ["chip-mode", "chip-kkt", "chip-ofd", "chip-buffer", "chip-shift"]) by(id).className = "chip";
    stop(problem.code === "FORBIDDEN" ? null : { title: "Касса не отвечает", text: "Подождите: службы кассы запускаются сами. Принятые чеки сохранены. Если это длится дольше двух минут, позовите администратора." });
  }
}

function chip(id, tone, text, facts) {
  const element = by(id);
  element.className = `chip ${tone}`;
  element.title = facts.filter(Boolean).join("\n");
  show(element, text);
}

function lasted(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} мин`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} ч ${minutes % 60} мин` : `${Math.floor(minutes / 1440)} д ${Math.floor(minutes / 60) % 24} ч`;
}

// Green: online and below 80 %. Yellow: degraded or 80–90 %. Red: offline or above 90 %.
function bufferTone({ percent_full: percent, network_status: network }) {
  if (percent > 90 || network === "offline") return "bad";
  return percent >= 80 || network === "degraded" ? "warn" : "good";
}

function reason(body) {
  if (body.stopped) return { title: "Касса остановлена", text: `Данные противоречат друг другу: ${body.stopped}. Продавать нельзя. Вызовите администратора.` };
  if (!body.ready) return { title: "Касса запускается", text: body.kkt.status === "up" ? "Идёт проверка журнала, это несколько секунд." : "Касса ждёт принтер чеков: проверьте питание и кабель." };
  if (body.maintenance) return { title: "Касса на обслуживании", text: "Продажи остановлены администратором. Воспользуйтесь другой кассой." };
  if (body.kkt.status === "fn_full") return { title: "Фискальный накопитель исчерпан", text: "Продавать нельзя. Вызовите администратора: нужна замена ФН." };
  if (body.kkt.status === "held") return { title: "Чек ждёт решения старшего", text: "Касса не знает, оформлен ли последний чек. Деньги не принимайте. Позовите управляющего: «Касса» → «Решить судьбу чека»." };
  if (body.current_queued >= body.total_capacity) return { title: "Буфер чеков заполнен", text: "ОФД слишком долго недоступен. Продажи возобновятся сами, когда чеки уйдут. Проверьте интернет; управляющий может передать чеки сейчас." };
  if (["down", "unknown"].includes(body.kkt.status)) return { title: "Принтер чеков не отвечает", text: "Проверьте питание, кабель и бумагу. Деньги не принимайте, пока принтер не ответит." };
  return null;
}

function stop(found) {
  const area = by("stop");
  area.hidden = found === null;
  if (!found) return;
  show(by("stop-title"), found.title);
  show(by("stop-text"), found.text);
}
