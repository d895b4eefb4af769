// Money is whole kopecks in a Number: exact up to 90 trillion roubles. Never a fraction.

export const parseRoubles = (text) => {
  const clean = String(text).replace(/[\s\u00a0\u202f₽]/g, "").replace(",", ".");
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(clean);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
};

// For the API: "1234.50".
export const roubles = (kopecks) => `${Math.floor(kopecks / 100)}.${String(kopecks % 100).padStart(2, "0")}`;

// For people: "1 234,50".
export const shown = (kopecks) => {
  const whole = String(Math.floor(Math.abs(kopecks) / 100)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${kopecks < 0 ? "−" : ""}${whole},${String(Math.abs(kopecks) % 100).padStart(2, "0")}`;
};

export const withSign = (kopecks) => `${shown(kopecks)}\u00a0₽`;

// Half up, all whole and not negative.
export const divide = (numerator, denominator) => Math.floor((2 * numerator + denominator) / (2 * denominator));

export const VAT = {
  "22%": { name: "НДС 22 %", percent: 22 },
  "20%": { name: "НДС 20 %", percent: 20 },
  "10%": { name: "НДС 10 %", percent: 10 },
  "7%": { name: "НДС 7 %", percent: 7 },
  "5%": { name: "НДС 5 %", percent: 5 },
  "0%": { name: "НДС 0 %", percent: 0 },
  no_vat: { name: "без НДС", percent: null },
  "22/122": { name: "НДС 22/122", percent: 22 },
  "20/120": { name: "НДС 20/120", percent: 20 },
  "10/110": { name: "НДС 10/110", percent: 10 },
  "7/107": { name: "НДС 7/107", percent: 7 },
  "5/105": { name: "НДС 5/105", percent: 5 },
};

// [{name, sum}] of a receipt: the tax inside each rate's turnover; for "no VAT" the turnover itself.
export function vatTotals(lines) {
  const turnover = new Map();
  for (const line of lines) turnover.set(line.vat, (turnover.get(line.vat) ?? 0) + line.sum);
  return [...turnover].map(([vat, sum]) => {
    const law = VAT[vat] ?? { name: vat, percent: null };
    return { name: law.percent === null ? `Сумма ${law.name}` : law.name, sum: law.percent ? divide(sum * law.percent, 100 + law.percent) : sum };
  });
}
