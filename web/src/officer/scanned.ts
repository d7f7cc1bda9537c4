/** Files as they come from a scanner or a folder. */

/** Scanners count; the owner reads what the paper is. */
export function nameOfScan(title: string, file: File): string {
  const ending = file.name.includes('.') ? file.name.slice(file.name.lastIndexOf('.')).toLowerCase() : '';
  // Signs that no name may hold.
  const plain = title
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${plain.slice(0, 150).trim()}${ending}`;
}

const bringsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Lets files be dropped on an element; `over` is told whether some are held above it. */
export function dropTarget(onfiles: (files: File[]) => void, over: (isOver: boolean) => void) {
  return (node: HTMLElement) => {
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const count = (change: number) => (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      depth = Math.max(0, depth + change);
      over(depth > 0);
    };
    const [entered, left] = [count(1), count(-1)];
    const hovers = (event: DragEvent) => {
      if (!bringsFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const dropped = (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      over(false);
      onfiles([...(event.dataTransfer?.files ?? [])]);
    };
    node.addEventListener('dragenter', entered);
    node.addEventListener('dragleave', left);
    node.addEventListener('dragover', hovers);
    node.addEventListener('drop', dropped);
    return () => {
      node.removeEventListener('dragenter', entered);
      node.removeEventListener('dragleave', left);
      node.removeEventListener('dragover', hovers);
      node.removeEventListener('drop', dropped);
    };
  };
}
