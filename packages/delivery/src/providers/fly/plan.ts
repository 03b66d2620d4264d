import { isPreview, shortSha } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import type { PlannedStep, ServiceFacts } from '../define-provider.ts'
import type { FlySettings } from './settings.ts'
import { appNameIn } from './settings.ts'

type Facts = ServiceFacts<FlySettings>

/** What the steps are called; each is a file below `steps/`. */
export type FlyStepKind =
  | 'app'
  | 'remove'
  | 'image'
  | 'secrets'
  | 'secrets-back'
  | 'release-command'
  | 'start'
  | 'health'
  | 'switch'
  | 'roll'
  | 'retire'

const minute = 60_000

/** The image comes before everything: a release that cannot be built changes nothing. */
export function planFly(facts: Facts): PlannedStep[] {
  const { settings, kind } = facts
  const steps = settings.strategy === 'bluegreen' ? blueGreen(facts) : rolling(facts)
  return [...(kind === 'rollback' ? preparedBack(facts) : prepared(facts)), ...steps]
}

function prepared(facts: Facts): PlannedStep[] {
  const { service, settings, release } = facts
  const short = shortSha(release.id)
  const { secrets } = settings
  return [
    ...(isPreview(facts.environment)
      ? [step(facts, 'app', 'prepare', `make the app ${appOf(facts)}, where it is not there yet`, 5 * minute)]
      : []),
    step(
      facts,
      'image',
      'prepare',
      `build the image of ${service} ${short} once, or take the one that is there`,
      30 * minute,
    ),
    ...(secrets.length === 0
      ? []
      : [
          step(
            facts,
            'secrets',
            'prepare',
            `set ${secrets.join(', ')} at ${appOf(facts)} for the machines to come`,
            5 * minute,
          ),
        ]),
    step(
      facts,
      'release-command',
      'migrate',
      `run the release_command of ${service}, where fly.toml has one`,
      30 * minute,
    ),
  ]
}

/** Before anything starts: machines get the secrets of the app, whatever release they are of. */
const preparedBack = (facts: Facts): PlannedStep[] => [
  step(
    facts,
    'secrets-back',
    'prepare',
    `set the secrets of ${appOf(facts)} as ${facts.service} ${shortSha(facts.release.id)} had them, where the job holds them`,
    5 * minute,
  ),
]

/** With its machines, secrets and address. Its images stay in the registry, which removes what nobody uses. */
export const planFlyRemoval = (facts: Facts): PlannedStep[] => [
  step(facts, 'remove', 'retire', `destroy the app ${appOf(facts)}`, 5 * minute),
]

function blueGreen(facts: Facts): PlannedStep[] {
  const { service, settings, release, former } = facts
  const short = shortSha(release.id)
  const limit = durationMs(settings.timeout) + 5 * minute
  const settled = 2 * durationMs(settings.settle) + 5 * minute
  return [
    step(facts, 'start', 'start', `start machines of ${service} ${short} that no request reaches`, limit, true),
    step(facts, 'health', 'verify', `wait until Fly finds them healthy`, limit),
    step(
      facts,
      'switch',
      'switch',
      `lead requests for ${service} to ${short}${former === null ? '' : `, away from ${shortSha(former)}`}`,
      settled,
      true,
    ),
    step(
      facts,
      'retire',
      'retire',
      `stop the former machines of ${service}, and keep those of ${releases(settings.keep)}`,
      10 * minute,
    ),
  ]
}

const rolling = (facts: Facts): PlannedStep[] => [
  step(
    facts,
    'roll',
    'switch',
    `replace the machines of ${facts.service} by ${shortSha(facts.release.id)}, one after the other`,
    20 * durationMs(facts.settings.timeout),
    true,
  ),
]

const releases = (count: number) => (count === 1 ? 'one release' : `${count} releases`)

const appOf = ({ environment, settings }: Facts) => appNameIn(environment, settings) ?? 'an app that is not named'

const step = (
  { service }: Facts,
  kind: FlyStepKind,
  phase: PlannedStep['phase'],
  summary: string,
  limitMs: number,
  undoable = false,
): PlannedStep => ({ id: `${service}.${kind}`, service, kind, phase, undoable, summary, limitMs })
