import type { PreviewList, PreviewView } from '@gantry/core/api'
import { ago, sha } from './ids.ts'

const preview = (number: number, title: string, more: Partial<PreviewView>): PreviewView => ({
  number,
  environment: `pr-${number}`,
  title,
  branch: 'a-branch',
  author: 'Leo Park',
  page: `https://github.com/acme/shop/pull/${number}`,
  sha: sha(String(number)),
  state: 'ready',
  deployment: null,
  because: null,
  createdAt: ago(90_000),
  deployedAt: ago(1_800),
  expiresAt: ago(-600_000),
  endedAt: null,
  addresses: {},
  address: null,
  serving: null,
  ...more,
})
const at = (number: number) => `https://shop-web-${number}.vercel.app`

export const previews: PreviewList = {
  most: 3,
  previews: [
    preview(81, 'Refunds in the currency of the order', { state: 'making' }),
    preview(79, 'A menu that can be sorted', {
      address: at(79),
      serving: sha('79'),
      because: 'fedcba9 is not shown: ci.yml ended with failure for fedcba9',
      addresses: { backend: 'https://shop-pr-79.fly.dev', builder: at(79) },
    }),
    preview(77, 'Rewrite of the checkout', {
      state: 'failed',
      because: 'backend did not turn healthy in 300 s: /healthz answered 503',
      address: at(77),
      serving: sha('76'),
      addresses: { builder: at(77) },
    }),
    preview(70, 'Colours of the new brand', {
      state: 'refused',
      because: '3 previews are there (#77, #79, #81), none of them idle for 1d: remove one, or raise `previews.most`',
    }),
    preview(64, 'Experiment with fonts', { state: 'removing', because: 'its pull request is closed' }),
  ],
}
