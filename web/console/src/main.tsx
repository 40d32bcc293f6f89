import '@preact/signals'
import { render } from 'preact'
import { Shell } from './shell/shell'
import { followDraftRun } from './state/draftrun'
import { followPhases } from './state/phases'
import { followPreferences } from './state/preferences'
import { followRoute } from './state/route'
import { followSettings } from './state/settings'
import { followStatus } from './state/status'
import './styles/tokens.css'
import './styles/base.css'
import './styles/ui.css'
import './styles/shell.css'
import './styles/charts.css'

followPreferences()
followRoute()
followStatus()
followPhases()
followSettings()
followDraftRun()

const root = document.getElementById('console')
if (root) render(<Shell />, root)
