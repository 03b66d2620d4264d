import { performing } from '@gantry/core/config'
import type { Probe } from './define-probe.ts'
import * as probes from './settings.ts'

/** The probe a monitor is, ready to be asked for checks. @throws GantryError CONFIG_INVALID */
export const probeFor = performing<Probe>('probe', probes, async name => (await import(`./${name}/probe.ts`)).probe)
