import { type ScopedValues, type ValuePlace, type Variable, type VariableStore, valueName } from '@gantry/core'
import { checkedPlace } from './secrets.ts'

/** What a project sets for its jobs that is no secret. */
export class Variables {
  readonly #store: VariableStore
  readonly #now: () => Date

  constructor(store: VariableStore, now: () => Date) {
    this.#store = store
    this.#now = now
  }

  list(project: string): Promise<Variable[]> {
    return this.#store.list(project)
  }

  /** @throws GantryError VALUE_NAME_WRONG, BAD_REQUEST */
  async set({ value, updatedBy, ...of }: Omit<Variable, 'updatedAt'>): Promise<ValuePlace> {
    const place = checkedPlace(of, value)
    await this.#store.save({ ...place, value, updatedAt: this.#now().toISOString(), updatedBy })
    return place
  }

  remove(place: ValuePlace): Promise<boolean> {
    return this.#store.remove({ ...place, name: valueName(place.name) })
  }

  async valuesFor(project: string, environment: string | null): Promise<ScopedValues> {
    const all = await this.list(project)
    const of = (place: string | null) =>
      Object.fromEntries(all.filter(each => each.environment === place).map(({ name, value }) => [name, value]))
    return { repository: of(null), environment: environment === null ? {} : of(environment) }
  }
}
