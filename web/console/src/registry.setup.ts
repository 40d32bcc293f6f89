// The tests read what the program serves from where it has it.
import served from '../../../shared/gateway/registry.json'
import { fillRegistry, type Registry } from './registry'

fillRegistry(served as unknown as Registry)
