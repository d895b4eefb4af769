// One operation that must happen exactly once: its key is stored before the first request and kept until a final
// answer, over reloads and restarts. Only one is open at a time.
import { ask, newKey } from "./api.js";

const PLACE = "till.attempt";
const PAUSES_MS = [700, 1000, 1500, 2000, 3000];

// Codes of the edge: this request reached no service.
const NOT_TAKEN = new Set(["UNAUTHORIZED", "FORBIDDEN", "DISCOUNT_LIMIT", "HOST_REFUSED", "ORIGIN_REFUSED", "RATE_LIMITED"]);
const NEEDS_A_PERSON = new Set(["UNAUTHORIZED", "FORBIDDEN", "DISCOUNT_LIMIT", "HOST_REFUSED", "ORIGIN_REFUSED", "ORIGINAL_NOT_SYNCED", "ORIGINAL_UNKNOWN"]);

export const open = () => JSON.parse(localStorage.getItem(PLACE) ?? "null");
const store = (attempt) => localStorage.setItem(PLACE, JSON.stringify(attempt));
export const forget = () => localStorage.removeItem(PLACE);

// `kind` and `view` are for the screen: what to show when the answer comes, perhaps after a reload.
export function begin(kind, path, body, view = {}) {
  if (open()) throw new Error("another operation is open");
  const attempt = { kind, path, body, view, key: newKey(), asked: 0, unknown: false };
  store(attempt);
  return attempt;
}

// Ask until a verdict or until a person is needed: {done, body}, {refused, body} or {stuck, body, mayForget}.
// `tell` hears each wait; `done` is called before the key is forgotten, so that no reload finds sold goods unsold.
export async function run(attempt, { tell, done }) {
  for (;;) {
    const answer = await ask("POST", attempt.path, { body: attempt.body, key: attempt.key });
    if (answer.status >= 200 && answer.status < 300) {
      done(answer.body);
      forget();
      return { done: true, body: answer.body };
    }
    const { code, final } = answer.body;
    if (final) {
      forget();
      return { refused: true, body: answer.body };
    }
    if (!(NOT_TAKEN.has(code) || answer.status === 409)) attempt.unknown = true;
    attempt.asked += 1;
    store(attempt);
    if (NEEDS_A_PERSON.has(code)) return { stuck: true, body: answer.body, mayForget: !attempt.unknown };
    tell(answer.body, attempt);
    const pauseMs = answer.retryAfter ? answer.retryAfter * 1000 : PAUSES_MS[Math.min(attempt.asked, PAUSES_MS.length) - 1];
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
