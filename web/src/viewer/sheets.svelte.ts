/**
 * Where the sheets of a paper stand below each other, which of them are in sight, and how large they are shown.
 *
 * Sizes are in CSS pixels at 100 %. A sheet that was not measured yet counts as large as the first.
 */
export interface Size {
  width: number;
  height: number;
}

/** A place on a sheet that stays where it is while the size changes. */
export interface Place {
  sheet: number;
  part: number;
}

export type Fit = 'width' | 'whole';

/** Around and between the sheets, in pixels. */
export const GAP = 12;
const STEPS = [0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5];
const LEAST = 0.1;
const MOST = 5;
/** Fitting makes nothing larger than this: small pictures would be only blurred. */
const MOST_FITTED = 2;

export class Sheets {
  /** Measured sizes by number, from 1. */
  #sizes = $state.raw<ReadonlyMap<number, Size>>(new Map());
  #chosen = $state<number | null>(null);
  #fit = $state<Fit>('width');
  turned = $state(0);
  /** The window over the sheets. */
  width = $state(0);
  height = $state(0);
  top = $state(0);

  constructor(
    readonly count: number,
    first: Size,
    fit: Fit,
  ) {
    this.#sizes = new Map([[1, first]]);
    this.#fit = fit;
  }

  readonly scale = $derived.by(() => this.#chosen ?? this.#fitted());

  /** The fit in force; null while the person's own size is. */
  get fit(): Fit | null {
    return this.#chosen === null ? this.#fit : null;
  }

  set fit(fit: Fit) {
    this.#chosen = null;
    this.#fit = fit;
  }

  zoom(scale: number): void {
    this.#chosen = Math.min(MOST, Math.max(LEAST, scale));
  }

  /** The next larger or smaller size. */
  step(direction: 1 | -1): number {
    const near = this.scale * (1 + direction * 0.02);
    const next = direction > 0 ? STEPS.find((step) => step > near) : STEPS.findLast((step) => step < near);
    return next ?? (direction > 0 ? MOST : LEAST);
  }

  turn(): void {
    this.turned = (this.turned + 90) % 360;
  }

  measured(sheet: number, size: Size): void {
    const known = this.#sizes.get(sheet);
    if (known?.width === size.width && known.height === size.height) return;
    this.#sizes = new Map(this.#sizes).set(sheet, size);
  }

  /** As large as it is shown. */
  sizeOf(sheet: number): Size {
    const { width, height } = this.#natural(sheet);
    return { width: width * this.scale, height: height * this.scale };
  }

  /** Tops of all sheets, and the end of the last. */
  readonly tops = $derived.by(() => {
    const tops = [GAP];
    for (let sheet = 1; sheet <= this.count; sheet += 1) {
      tops.push((tops[sheet - 1] ?? 0) + this.#natural(sheet).height * this.scale + GAP);
    }
    return tops;
  });

  readonly all = $derived.by<Size>(() => {
    const widest = Math.max(...[...this.#sizes.keys()].map((sheet) => this.#natural(sheet).width));
    return { width: Math.max(this.width, widest * this.scale + 2 * GAP), height: this.tops[this.count] ?? 0 };
  });

  /** The sheet that is read: the one under a line a third down the window. */
  readonly current = $derived.by(() => this.at(this.top + this.height / 3).sheet);

  /** The sheets to be drawn: those in sight, and as much again before and after. */
  readonly near = $derived.by(() => {
    const first = this.at(this.top - this.height).sheet;
    const last = this.at(this.top + 2 * this.height).sheet;
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

  topOf(sheet: number): number {
    return this.tops[sheet - 1] ?? GAP;
  }

  leftOf(sheet: number): number {
    return Math.max(GAP, (this.all.width - this.sizeOf(sheet).width) / 2);
  }

  /** What stands at a height of the whole. */
  at(y: number): Place {
    let low = 1;
    let high = this.count;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.topOf(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return { sheet: low, part: (y - this.topOf(low)) / this.sizeOf(low).height };
  }

  /** The height of the whole at which a place stands. */
  heightOf({ sheet, part }: Place): number {
    return this.topOf(sheet) + part * this.sizeOf(sheet).height;
  }

  #natural(sheet: number): Size {
    const { width, height } = this.#sizes.get(sheet) ?? this.#sizes.get(1) ?? { width: 1, height: 1 };
    return this.turned % 180 === 0 ? { width, height } : { width: height, height: width };
  }

  #fitted(): number {
    const { width, height } = this.#natural(1);
    const wide = (this.width - 2 * GAP) / width;
    const high = (this.height - 2 * GAP) / height;
    return Math.min(MOST_FITTED, Math.max(LEAST, this.#fit === 'width' ? wide : Math.min(wide, high)));
  }
}
