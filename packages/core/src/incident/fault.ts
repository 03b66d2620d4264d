import type { Alert } from '../alert/alert.ts'
import type { Verdict } from '../deployment/deployment.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Incident, IncidentEntry, IncidentSign } from './incident.ts'

/** What may show that something is wrong. */
export type FaultShown =
  /** `suspect` is the release it is laid to: see `suspectedRelease`. */
  | { kind: 'alert-firing'; alert: Alert; suspect: string | null }
  | {
      kind: 'verdict-worse'
      project: string
      environment: string
      release: string
      deployment: string
      verdict: Verdict
    }

/** The same, in one form: what it brings along when it shows. */
export interface Fault {
  project: string
  environment: string
  service: string | null
  /** The rule that saw it; `verdict` for the verdict on a release. */
  rule: string
  suspect: string | null
  severity: Incident['severity']
  title: string
  /** Names a runbook may be for. */
  runbookFor: string[]
  entry: Pick<IncidentEntry, 'kind' | 'text' | 'link'>
  /** The alert or the deployment it comes from. */
  of: string
}

export const faultOf = (shown: FaultShown): Fault =>
  shown.kind === 'alert-firing' ? fromAlert(shown) : fromVerdict(shown)

function fromAlert({ alert, suspect }: Extract<FaultShown, { kind: 'alert-firing' }>): Fault {
  const { id, project, environment, service, severity, rule, summary } = alert
  return {
    ...{ project, environment, service, rule, suspect, severity, of: id },
    title: `${service ?? environment}: ${summary}`,
    runbookFor: [rule],
    entry: { kind: 'alert', text: `alert ${rule} fired: ${summary}`, link: '/' },
  }
}

function fromVerdict(shown: Extract<FaultShown, { kind: 'verdict-worse' }>): Fault {
  const { project, environment, release, deployment, verdict } = shown
  return {
    ...{ project, environment, rule: 'verdict', suspect: release, severity: 'critical', of: deployment },
    service: verdict.signals.find(({ state }) => state === 'worse')?.service ?? null,
    title: `${shortSha(release)} is worse: ${verdict.summary}`,
    runbookFor: ['bad-release', 'verdict'],
    entry: {
      kind: 'verdict',
      text: `verdict on ${shortSha(release)}: worse. ${verdict.summary}`,
      link: `/releases/${release}`,
    },
  }
}

export const signOf = ({ rule, service, of }: Fault, at: string): IncidentSign => ({ rule, service, of, at })
