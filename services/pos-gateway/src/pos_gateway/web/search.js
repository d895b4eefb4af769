// Search that takes a scanner as well as fingers: an exact SKU or EAN with Enter goes straight into the receipt.
import { ask } from "./api.js";
import { buttons, by, dialog, field, h, show } from "./dom.js";
import { VAT, parseRoubles, withSign } from "./money.js";

const PAUSE_MS = 120;
const LIMIT = 30;

export class Search {
  constructor(pick) {
    this.pick = pick;
    this.found = [];
    this.chosen = 0;
    this.asked = 0;
    this.shownFor = null;
    this.input = by("search");
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    by("manual").addEventListener("click", () => this.manual());
  }

  // Set the caret too: a dialog that closes gives the focus back without one, and typing would go nowhere.
  focus() {
    const end = this.input.value.length;
    this.input.focus();
    this.input.setSelectionRange(end, end);
  }

  again() {
    this.focus();
    this.input.select();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), PAUSE_MS);
  }

  async load() {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    const mine = ++this.asked;
    const { status, body } = await ask("GET", `/v1/catalog/search?limit=${LIMIT}&q=${encodeURIComponent(text.slice(0, 128))}`);
    if (mine !== this.asked) return;
    this.shownFor = text;
    this.found = status === 200 ? body.products.map((product) => ({ ...product, price: parseRoubles(product.price), subject: product.payment_subject })) : [];
    this.chosen = 0;
    const known = body.total ? `товаров в каталоге: ${body.total}` : "";
    show(by("search-hint"), status !== 200 ? "Каталог не отвечает: товар можно ввести вручную." : this.found.length ? known : text ? "Ничего не найдено. Проверьте раскладку или введите товар вручную." : "");
    this.draw();
  }

  draw() {
    show(by("products"), this.found.map((product, index) => h("li", { class: index === this.chosen && this.shownFor ? "chosen" : "", onclick: () => this.take(product) },
      h("span", { class: "name" }, product.name, h("small", {}, [product.sku, product.ean, product.category].filter(Boolean).join(" · "))),
      h("span", { class: "stock" }, product.stock === null ? "" : product.stock > 0 ? `${product.stock} шт.` : "нет на остатке"),
      h("span", { class: "price" }, withSign(product.price), h("small", {}, (VAT[product.vat] ?? { name: product.vat }).name)),
    )));
    by("products").querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }

  take(product) {
    this.pick(product);
    this.again();
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      this.chosen = Math.max(0, Math.min(this.found.length - 1, this.chosen + steps[event.key]));
      this.draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.enter();
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.load();
    }
  }

  async enter() {
    const text = this.input.value.trim();
    if (!text) return;
    if (this.shownFor !== text) await this.load(); // a scanner types faster than the pause
    if (this.input.value.trim() !== text || this.shownFor !== text) return;
    const exact = this.found.find((product) => product.ean === text || product.sku.toLowerCase() === text.toLowerCase());
    const product = exact ?? this.found[this.chosen];
    if (!product) return;
    this.pick(product);
    this.input.value = "";
    if (exact) this.load();
    else this.shownFor = null;
  }

  async manual() {
    const product = await dialog("Товар вручную", (close) => {
      const name = h("input", { maxlength: "128", autofocus: true, value: this.input.value.trim() });
      const price = h("input", { inputmode: "decimal", autocomplete: "off" });
      const vat = h("select", {}, ["no_vat", "22%", "10%", "0%", "7%", "5%"].map((label) => h("option", { value: label }, VAT[label].name)));
      const submit = (event) => {
        event.preventDefault();
        const kopecks = parseRoubles(price.value);
        if (!name.value.trim()) name.focus();
        else if (kopecks === null) price.focus();
        else close({ sku: "", name: name.value.trim(), price: kopecks, vat: vat.value, subject: 1, manual: true });
      };
      return h("form", { onsubmit: submit }, field("Наименование", name), field("Цена, ₽", price), field("Ставка НДС", vat, "как в карточке товара; корригирующая оптика — без НДС"),
        buttons(h("button", { type: "button", onclick: () => close() }, "Отмена"), h("button", { class: "main", type: "submit" }, "В чек")));
    });
    if (product) this.take(product);
  }
}
