import { leftAt, leftFor, releaseOf } from '../tags.ts'
import { isOfApp, type Machine } from './machine.ts'

/** The machines of an app, as a deployment sees them. */
export interface MachinesOfApp {
  /** Of the release that is deployed. */
  own: Machine[]
  /** Of others, that requests reach, or were led away from for this release. */
  former: Machine[]
  /** Of others, that no request reaches. */
  kept: Machine[]
}

export function sortMachines(machines: Machine[], release: string): MachinesOfApp {
  const alive = machines.filter(isOfApp)
  const others = alive.filter(machine => releaseOf(machine) !== release)
  const isFormer = (machine: Machine) => !machine.cordoned || leftFor(machine) === release
  return {
    own: alive.filter(machine => releaseOf(machine) === release),
    former: others.filter(isFormer),
    kept: others.filter(machine => !isFormer(machine)),
  }
}

/** A release that machines are still there of: null stands for those that Gantry did not make. */
export interface KeptRelease {
  release: string | null
  /** Until when it served; empty where it never did. */
  leftAt: string
  machines: Machine[]
}

/** By release, the one first that served last. */
export function keptReleases(machines: Machine[]): KeptRelease[] {
  return [...Map.groupBy(machines, releaseOf)]
    .map(([release, of]) => ({
      release,
      leftAt:
        of
          .map(each => leftAt(each) ?? '')
          .toSorted()
          .at(-1) ?? '',
      machines: of,
    }))
    .sort((a, b) => (a.leftAt < b.leftAt ? 1 : -1))
}
