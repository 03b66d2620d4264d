import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query-client.ts'
import { app } from './app.tsx'
import { startLive } from './live/live.ts'
import { currentProject } from './project/current-project.ts'
import { rememberProject } from './project/last-project.ts'
import { loadPartsWhenQuiet } from './shell/parts.ts'
import { installKeys } from './ui/keys.ts'
import './pages.css'

const project = currentProject()
if (project !== null) rememberProject(project)
startLive()
installKeys()
loadPartsWhenQuiet()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={app} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
