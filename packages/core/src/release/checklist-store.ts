import type { Tick } from './checklist.ts'

/** Whose tick it is: one task of one file, as it stands at the commit of one release. */
export interface TickedTask {
  release: string
  file: string
  task: number
}

export interface ChecklistStore {
  /** By the place of the task in the file. */
  ticks(project: string, release: string, file: string): Promise<ReadonlyMap<number, Tick>>
  /** With null it is ticked no more. Answers false when it was so already: of two who tick at once, the first is named. */
  setTick(project: string, of: TickedTask, tick: Tick | null): Promise<boolean>
}
