import { Component, type ComponentChildren } from 'preact'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { words } from '../words'

interface State {
  failed: boolean
}

/** Keeps a fault of one page from taking the navigation with it. */
export class Boundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { failed: false }

  override componentDidCatch(error: unknown): void {
    console.error(error)
    this.setState({ failed: true })
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Notice tone="bad" live>
        <p>{words.value.common.unexpected}</p>
        <Button small onClick={() => location.reload()}>{words.value.common.retry}</Button>
      </Notice>
    )
  }
}
