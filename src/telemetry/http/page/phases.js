// The phases of a shop, for eyes: a sign and a tone each.
//
// Owns the order in which phases are offered, and their signs. Must not know which shop is in which phase.

const PHASES = new Map([
  ["live", ["●", "good"]],
  ["waiting", ["◐", "warn"]],
  ["backing off", ["↻", "bad"]],
  ["starting", ["◔", "idle"]],
  ["history", ["◷", "idle"]],
  ["finished", ["✓", "idle"]],
  ["stopped", ["■", "idle"]],
  ["refused", ["✕", "bad"]],
  ["given up", ["✕", "bad"]],
]);

/** The names of all phases. */
export const phases = [...PHASES.keys()];

/**
 * The sign of a phase, one character.
 * @param {string} phase
 * @returns {string}
 */
export function sign(phase) {
  return PHASES.get(phase)?.[0] ?? "?";
}

/**
 * The tone of a phase: the custom property `--good`, `--warn`, `--bad` or `--idle` is its colour.
 * @param {string} phase
 * @returns {"good"|"warn"|"bad"|"idle"}
 */
export function tone(phase) {
  return PHASES.get(phase)?.[1] ?? "idle";
}
