// The receipt that is being made. Pure: every change gives a new cart.
import { divide, roubles } from "./money.js";

export const EMPTY = [];
const MAX_QTY = 999;

export function add(cart, product) {
  const at = cart.findIndex((line) => line.sku === product.sku && line.price === product.price && !product.manual);
  if (at >= 0) return changeQty(cart, at, cart[at].qty + 1);
  const { sku, name, price, vat, subject } = product;
  return [...cart, { sku, name, price, vat, subject, qty: 1, percent: 0 }];
}

export const changeQty = (cart, at, qty) =>
  qty < 1 ? remove(cart, at) : cart.map((line, index) => (index === at ? { ...line, qty: Math.min(qty, MAX_QTY) } : line));

export const changeDiscount = (cart, at, percent) => cart.map((line, index) => (index === at ? { ...line, percent } : line));

export const remove = (cart, at) => cart.filter((_, index) => index !== at);

export const gross = (line) => line.price * line.qty;

// Down to a whole kopeck, so that the server's limit of per cents is never passed.
export const discountOf = (line) => Math.floor((gross(line) * line.percent) / 100);

export const sumOf = (line) => gross(line) - discountOf(line);

export const total = (cart) => cart.reduce((sum, line) => sum + sumOf(line), 0);

export const discount = (cart) => cart.reduce((sum, line) => sum + discountOf(line), 0);

// Lines as a receipt shows them.
export const printedLines = (cart) =>
  cart.map((line) => ({ name: line.name, qty: String(line.qty), price: line.price, discount: discountOf(line), sum: sumOf(line), vat: line.vat }));

export function saleBody(till, cart, { cash, card, contact }) {
  const payments = [];
  if (cash > 0) payments.push({ method: "cash", amount: roubles(cash) });
  if (card > 0) payments.push({ method: "card", amount: roubles(card) });
  if (!payments.length) payments.push({ method: "cash", amount: "0.00" });
  const body = { pos_id: till, type: "sale", items: cart.map(item), payments };
  if (contact) body.customer = contact.includes("@") ? { email: contact } : { phone: contact };
  return body;
}

function item(line) {
  const made = { sku: line.sku, name: line.name, qty: line.qty, price: roubles(line.price), vat: line.vat };
  if (line.subject && line.subject !== 1) made.payment_subject = line.subject;
  if (discountOf(line) > 0) made.discount = roubles(discountOf(line));
  return made;
}

// A refund of some of a receipt's lines: `returned[n]` of line n, in pieces (decimals as the receipt has them).
export function refundLines(items, returned) {
  return items.flatMap((sold, index) => {
    const qty = returned[index];
    if (!qty) return [];
    const millionths = Math.round(qty * 1_000_000);
    const sum = Number(sold.qty) === qty ? sold.sum : divide(sold.price * millionths, 1_000_000);
    return [{ ...sold, qty: String(qty), sum }];
  });
}

export const refundBody = (till, originalId, lines, method) => ({
  pos_id: till,
  type: "refund",
  original_receipt_id: originalId,
  items: lines.map((line) => ({
    sku: line.sku, name: line.name, qty: line.qty, price: roubles(line.price), vat: line.vat,
    payment_method: line.payment_method, payment_subject: line.payment_subject,
  })),
  payments: [{ method, amount: roubles(lines.reduce((sum, line) => sum + line.sum, 0)) }],
});
