/**
 * Removes `item` from `list`, and returns whether it was there. Lists of requests are arrays: a `Set` or a `Map` would keep
 * what it held in its old tables (docs/performance.md).
 */
export function removeFrom<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index === -1) return false;
  list.splice(index, 1);
  return true;
}
