import type { Line } from '@gantry/core/api'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { ConnectRepository } from './connect-repository.tsx'
import { SampleSteps } from './sample-steps.tsx'
import { areStepsHidden, hideSteps } from './steps-hidden.ts'

/** What a newcomer does first: follow the sample along the line, or bring a repository where there is no sample. */
export function FirstSteps({ line }: { line: Line }) {
  const [isHidden, setHidden] = useState(areStepsHidden)
  const choose = (hidden: boolean) => {
    hideSteps(hidden)
    setHidden(hidden)
  }
  const isEmpty = line.cells.every(({ release }) => release === null)
  if (!line.sample) {
    return isEmpty ? (
      <Panel title="Nothing is deployed yet">
        <ConnectRepository line={line} />
      </Panel>
    ) : null
  }
  if (isHidden) {
    return (
      <div>
        <Button look="quiet" onClick={() => choose(false)}>
          Show the sample’s steps
        </Button>
      </div>
    )
  }
  const hide = (
    <Button look="quiet" onClick={() => choose(true)}>
      Hide
    </Button>
  )
  return (
    <Panel title="The sample on its way" flush aside={hide}>
      <SampleSteps line={line} sample={line.sample} />
    </Panel>
  )
}
