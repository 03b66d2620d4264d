import { atVendors } from './at-vendors.ts'
import { config } from './config.ts'
import { environments } from './environments.ts'
import type { Examination } from './examination.ts'
import { generated } from './generated.ts'
import { github } from './github.ts'
import { githubSecrets } from './github-secrets.ts'
import { lint } from './lint.ts'
import { runbooks } from './runbooks.ts'
import { toolchain } from './toolchain.ts'
import { vendors } from './vendors.ts'
import { workflows } from './workflows.ts'

/** Everything `gantry doctor` looks at, in the order it says it. */
export const examinations: readonly Examination[] = [
  toolchain,
  config,
  vendors,
  workflows,
  lint,
  environments,
  runbooks,
  generated,
  github,
  githubSecrets,
  atVendors,
]
