// One request to the API.
//
// Owns its time limit and how a failure is told. Must not know what is asked for.

const LIMIT_MILLISECONDS = 10_000;

/** A request that failed. `status` is 0 if there was no response. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} title
   * @param {string|null} detail
   */
  constructor(status, title, detail) {
    super(detail ?? title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = detail ?? title;
  }
}

/**
 * The JSON at a path of this server.
 * @param {string} path
 * @returns {Promise<*>}
 * @throws {Problem}
 */
export async function get(path) {
  let response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(LIMIT_MILLISECONDS), cache: "no-store" });
    if (response.ok) return await response.json();
  } catch (error) {
    throw new Problem(0, "no response", sentenceOf(error));
  }
  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, problem.title ?? `status ${response.status}`, problem.detail ?? null);
}

/** Why there is no response, without the browser's own words for it. */
function sentenceOf({ name }) {
  if (name === "TimeoutError") return `shopsim does not answer within ${LIMIT_MILLISECONDS / 1000} s`;
  return name === "SyntaxError" ? "shopsim's answer is not whole" : "shopsim does not answer";
}
