import type { RollbackPlan } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { SelectField } from '../ui/field.tsx'
import { Loaded } from '../ui/panel.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { duration } from '../ui/time.ts'
import { When } from '../ui/when.tsx'

/** What a rollback moves, what it leaves, and what stays different afterwards: all of it before the button. */
export function RollbackPlanDialog(props: { environment: string; onClose: () => void; to?: string | undefined }) {
  const { environment, onClose } = props
  const [to, setTo] = useState(props.to)
  const plan = useQuery(queries.rollbackPlan(environment, to))
  const client = useQueryClient()
  const target = plan.data?.to ?? null
  const moving = plan.data?.services.filter(({ moves }) => moves).map(({ service }) => service) ?? []
  return (
    <ReasonDialog
      isGrave
      title={`Roll back ${moving.length > 0 ? moving.join(', ') : 'every service'} in ${environment}`}
      onClose={onClose}
      confirm={target ? `Roll back to ${shortSha(target)}` : 'Roll back'}
      why={whyNot(plan.data)}
      act={async reason => {
        if (target) await acts.rollBack(environment, reason, target)
        await Promise.all(
          ['line', 'release', 'rollback-plan'].map(key => client.invalidateQueries({ queryKey: [key] })),
        )
      }}
    >
      <Loaded query={plan} rows={5}>
        {data => <Plan plan={data} onTo={setTo} />}
      </Loaded>
    </ReasonDialog>
  )
}

function whyNot(plan: RollbackPlan | undefined): string | null {
  if (!plan) return 'The plan is being made'
  return plan.isSafe ? null : `It is not safe: ${plan.blockers.join('; ')}`
}

function Plan({ plan, onTo }: { plan: RollbackPlan; onTo: (to: string) => void }) {
  const choices = [...new Set([...(plan.to ? [plan.to] : []), ...plan.candidates])]
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2">
      <Row name="From">{plan.from ? <code>{shortSha(plan.from)}</code> : 'nothing'}</Row>
      <Row name="To">
        {plan.to && <code>{shortSha(plan.to)}</code>}{' '}
        <span className="text-muted">
          {plan.kept ? 'still running: switched at once, 0 builds' : 'started again from its kept artifacts, 0 builds'}
        </span>
        {choices.length > 1 && (
          <SelectField
            label="Another release"
            value={plan.to ?? ''}
            onChange={event => onTo(event.target.value)}
            className="mt-1 block"
          >
            {choices.map(id => (
              <option key={id} value={id}>
                {shortSha(id)}
              </option>
            ))}
          </SelectField>
        )}
      </Row>
      <Row name="Services">
        <ul>
          {plan.services.map(({ service, moves, detail }) => (
            <li key={service} className={moves ? '' : 'text-muted'}>
              <b className="font-semibold">{service}</b> {detail}
            </li>
          ))}
        </ul>
      </Row>
      <Row name="Schema">
        <StateMark
          face={
            plan.schema.fits
              ? { role: 'ok', icon: 'check', word: 'fits' }
              : { role: 'bad', icon: 'octagon', word: 'does not fit' }
          }
        />
        <span className="block">{plan.schema.detail}</span>
      </Row>
      <Row name="Variables">
        <EnvOfThen env={plan.env} />
      </Row>
      {plan.looked.length > 0 && (
        <Row name="Vendors">
          <ul>
            {plan.looked.map(({ service, state, why, at }) => (
              <li key={service} className={lookLook[state]}>
                <b className="font-semibold">{service}</b> {lookWords[state]}
                {why && `: ${why}`}, asked <When at={at} />
              </li>
            ))}
          </ul>
        </Row>
      )}
      <Row name="Last time">
        {plan.lastTookMs === null ? 'nothing was rolled back here yet' : `it took ${duration(plan.lastTookMs)}`}
      </Row>
      <Row name="After">
        <ul>
          <li>promotions to {plan.environment} are held until someone resumes them</li>
          {plan.from && <li>{shortSha(plan.from)} is marked bad and not offered again</li>}
          {plan.after.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </Row>
    </dl>
  )
}

const lookWords = { can: 'can be put back', cannot: 'cannot be put back', unknown: 'could not be asked' }
const lookLook = { can: '', cannot: 'text-bad', unknown: 'text-warn' }

/** Those that are others now than when the release was live, apart by whether they come back with it. */
function EnvOfThen({ env }: { env: RollbackPlan['env'] }) {
  const named = (comesBack: boolean) =>
    env.filter(each => each.comesBack === comesBack).map(({ service, name }) => `${name} (${service})`)
  const [back, stays] = [named(true), named(false)]
  if (env.length === 0) return 'as they were, as far as is known'
  return (
    <ul>
      {back.length > 0 && <li>as they were then again: {back.join(', ')}</li>}
      {stays.length > 0 && <li className="text-warn">as they are now, not as then: {stays.join(', ')}</li>}
    </ul>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="font-semibold text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
