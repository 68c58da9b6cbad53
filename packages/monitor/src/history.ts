import { type MeasureName, measureNames, measures } from './measures.ts';
import type { Sample } from './sample.ts';

/** More than a terminal is wide. */
const most = 300;

type Series = { readonly [name in MeasureName]: number[] };

/** The latest values of each guest, the newest last: as many as a wide terminal shows. */
export class History {
  #guests = new Map<string, Series>();

  /** Adds a sample; guests that are not in it are forgotten. */
  add({ guests }: Sample): void {
    this.#guests = new Map(
      guests.map((guest) => {
        const series = this.#guests.get(guest.name) ?? emptySeries();
        for (const name of measureNames) {
          series[name].push(measures[name].of(guest) ?? 0);
          if (series[name].length > most) series[name].shift();
        }
        return [guest.name, series];
      }),
    );
  }

  of(guest: string, measure: MeasureName): readonly number[] {
    return this.#guests.get(guest)?.[measure] ?? [];
  }
}

const emptySeries = (): Series => ({ cpu: [], memory: [], read: [], write: [], received: [], sent: [] });
