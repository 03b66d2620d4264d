import './style.css'
import { readPageEnv, reportErrors } from '@sitebuilder/browser'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { siteApi } from './site-api.ts'

const env = readPageEnv()
reportErrors(env, 'builder')

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <App api={siteApi((path, init) => fetch(path, init))} runtimeUrl={env.RUNTIME_URL ?? 'http://127.0.0.1:4001'} />,
)
