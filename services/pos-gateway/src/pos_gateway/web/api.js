// Requests to the till. A token lives in this tab only; without one the local session cookie speaks for the screen.

const TOKEN = "till.token";

export const token = () => sessionStorage.getItem(TOKEN);
export const setToken = (value) => (value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN));

// {status, body, retryAfter}; status 0 when no answer came.
export async function ask(method, path, { body, key, timeoutMs = 15000 } = {}) {
  const first = await once(method, path, body, key, timeoutMs);
  if (first.status !== 401 || token()) return first;
  await fetch("/", { cache: "no-store" }).catch(() => null); // a restarted till has a new session
  return once(method, path, body, key, timeoutMs);
}

async function once(method, path, body, key, timeoutMs) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || "{}"), retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, body: { code: "NO_ANSWER", message: "Касса не отвечает.", final: false, details: {} }, retryAfter: 0 };
  }
}

// The QR code as the URL of a blob, or null. The caller revokes it.
export async function qrUrl(receiptId) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  try {
    const response = await fetch(`/v1/kkt/receipt/${encodeURIComponent(receiptId)}/qr.svg`, { headers });
    return response.ok ? URL.createObjectURL(await response.blob()) : null;
  } catch {
    return null;
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
