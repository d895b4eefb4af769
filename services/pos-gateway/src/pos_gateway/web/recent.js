// The last receipts of this browser, newest first; contacts of buyers are not kept.

const PLACE = "till.recent";
const KEEP = 50;

export const list = () => JSON.parse(localStorage.getItem(PLACE) ?? "[]");

export function remember(entry) {
  const rest = list().filter((known) => known.id !== entry.id);
  localStorage.setItem(PLACE, JSON.stringify([entry, ...rest].slice(0, KEEP)));
}
