/** How many letters must change to make one word of another, whatever their case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1].toLowerCase() === b[j - 1].toLowerCase();
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** What somebody may have meant, as the beginning of a remedy. */
export function nearest(typed: string, names: string[]): string {
  const ranked = names.map((name) => ({ name, far: distance(typed, name) })).sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best !== undefined && best.far <= Math.max(2, Math.floor(typed.length / 3))) {
    return `Did you mean ${best.name}?${names.length > 1 ? ` There are ${names.join(", ")}` : ""}`;
  }
  return `There are ${names.join(", ")}`;
}
