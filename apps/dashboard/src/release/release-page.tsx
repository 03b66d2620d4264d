import type { GateResult, ReleaseView } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import { HoldStrip } from '../line/line-strips.tsx'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Loaded } from '../ui/panel.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { Changes } from './changes.tsx'
import { ChecklistPanel } from './checklist-panel.tsx'
import { DecisionDialog, type Verb } from './decision-dialog.tsx'
import { DecisionPanel } from './decision-panel.tsx'
import { DeploymentPanel } from './deployment-panel.tsx'
import { OverrideDialog } from './override-dialog.tsx'
import { FoundIssues, ReleaseRuns } from './release-found.tsx'
import { RollbackPlanDialog } from './rollback-plan-dialog.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { type Decision, useDecision } from './use-decision.ts'

export function ReleasePage() {
  const { release: id } = useParams({ from: '/releases/$release' })
  const query = useQuery(queries.release(id))
  useNeighbours()
  const title = `Release ${shortSha(id)}`
  return (
    <Page
      title={title}
      heading={
        <>
          Release <code className="text-20">{shortSha(query.data?.sha ?? id)}</code>{' '}
          <span className="font-normal">{query.data?.title}</span>
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {release => <ReleaseParts release={release} />}
      </Loaded>
    </Page>
  )
}

function ReleaseParts({ release }: { release: ReleaseView }) {
  const decision = useDecision(release)
  const { promotion, hold, environment, person, whyNoApproval, whyNoDecision } = decision
  const [overridden, setOverridden] = useState<GateResult | null>(null)
  const [verb, setVerb] = useState<Verb | null>(null)
  const [rollingBack, setRollingBack] = useState<string | null>(null)
  const live = release.deployments.find(({ state }) => state === 'live')
  useKeys({
    p: () => promotion && whyNoApproval === null && setVerb('approve'),
    'shift+r': () => live && setRollingBack(live.environment),
  })
  return (
    <>
      <p className="break-words text-muted">
        by {nameOf(release.author)}, <When at={release.createdAt} />
        {release.badBecause !== null && <b className="font-semibold text-bad"> · marked bad: {release.badBecause}</b>}
      </p>
      {hold && environment && <HoldStrip environment={{ name: environment, hold }} />}
      {promotion && (
        <DecisionPanel
          promotion={promotion}
          acts={<DecisionActs decision={decision} choose={setVerb} />}
          gateAct={gate =>
            gate.overridable &&
            person?.role === 'owner' && <Button onClick={() => setOverridden(gate)}>Override…</Button>
          }
          why={whyNoApproval}
        />
      )}
      {release.checklist && release.checklist.tasks.length > 0 && (
        <ChecklistPanel
          release={release.id}
          checklist={release.checklist}
          isAsked={promotion?.gates.some(({ gate }) => gate === 'qaChecked') ?? false}
          why={whyNoTick(person)}
        />
      )}
      <div className="grid min-w-0 items-start gap-3 lg:grid-cols-2">
        <Changes release={release} />
        <div className="flex min-w-0 flex-col gap-3">
          <ReleaseRuns runs={release.runs} />
          <FoundIssues issues={release.issues} />
        </div>
      </div>
      {release.deployments.some(({ liveAt }) => liveAt !== null) && <SessionsPanel release={release.id} />}
      {release.deployments.map(deployment => (
        <DeploymentPanel
          key={deployment.id}
          deployment={deployment}
          act={
            deployment.state === 'live' &&
            deployment.formerRelease && (
              <Button onClick={() => setRollingBack(deployment.environment)}>
                Roll back {deployment.environment}…
              </Button>
            )
          }
        />
      ))}
      {verb && promotion && (
        <DecisionDialog
          promotion={promotion}
          verb={verb}
          why={verb === 'approve' ? whyNoApproval : verb === 'reject' ? whyNoDecision : null}
          onClose={() => setVerb(null)}
        />
      )}
      {overridden && promotion && (
        <OverrideDialog promotion={promotion} gate={overridden} onClose={() => setOverridden(null)} />
      )}
      {rollingBack && <RollbackPlanDialog environment={rollingBack} onClose={() => setRollingBack(null)} />}
    </>
  )
}

function DecisionActs({ decision, choose }: { decision: Decision; choose: (verb: Verb) => void }) {
  const { promotion, mayWithdraw, whyNoApproval, whyNoDecision } = decision
  const isOpen = promotion?.state === 'waiting' || promotion?.state === 'ready'
  return (
    <>
      {mayWithdraw && <Button onClick={() => choose('withdraw')}>Take back…</Button>}
      {isOpen && (
        <Button onClick={() => choose('reject')} why={whyNoDecision}>
          Reject…
        </Button>
      )}
      {isOpen && (
        <Button look="strong" onClick={() => choose('approve')} why={whyNoApproval}>
          Approve…
        </Button>
      )}
    </>
  )
}

const whyNoTick = (person: Decision['person']): string | null =>
  person?.role === 'viewer' ? 'A developer or above ticks tasks; you are a viewer' : null
