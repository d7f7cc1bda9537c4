/**
 * Keeps all of the first load in one file. Screens that load later share parts of it, for which the build would make a dozen small files:
 * on a weak network each costs time, and none is ever wanted without the others.
 */
interface Modules {
  getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null;
}

/** Whether the page's own script leads to a module without anything being opened. */
function isFirst(id: string, modules: Modules, seen: Set<string>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const info = modules.getModuleInfo(id);
  return info !== null && (info.isEntry || info.importers.some((importer) => isFirst(importer, modules, seen)));
}

/** The group of files that a module goes into; none leaves it to the build. */
export function firstLoad(id: string, modules: Modules): string | null {
  return isFirst(id, modules, new Set()) ? 'first' : null;
}
