import type { ReleaseView } from '@gantry/core/api'
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
import { DecisionDialog, type Verb } from './decision-dialog.tsx'
import { DecisionPanel } from './decision-panel.tsx'
import { DeploymentPanel } from './deployment-panel.tsx'
import { FoundIssues, ReleaseRuns } from './release-found.tsx'
import { RollbackPlanDialog } from './rollback-plan-dialog.tsx'
import { useDecision } from './use-decision.ts'

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
  const { promotion, hold, environment, whyNoApproval, whyNoDecision } = useDecision(release)
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
          acts={
            <>
              <Button onClick={() => setVerb('reject')} why={whyNoDecision}>
                Reject…
              </Button>
              <Button look="strong" onClick={() => setVerb('approve')} why={whyNoApproval}>
                Approve…
              </Button>
            </>
          }
          why={whyNoApproval}
        />
      )}
      <div className="grid min-w-0 items-start gap-3 lg:grid-cols-2">
        <Changes release={release} />
        <div className="flex min-w-0 flex-col gap-3">
          <ReleaseRuns runs={release.runs} />
          <FoundIssues issues={release.issues} />
        </div>
      </div>
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
          hold={hold}
          verb={verb}
          why={verb === 'approve' ? whyNoApproval : whyNoDecision}
          onClose={() => setVerb(null)}
        />
      )}
      {rollingBack && <RollbackPlanDialog environment={rollingBack} onClose={() => setRollingBack(null)} />}
    </>
  )
}
