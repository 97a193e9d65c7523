export * from './comparable'
export * from './knownDatasets'
export * from './results'
