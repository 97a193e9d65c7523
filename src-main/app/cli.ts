import { Command } from 'commander'
import { version } from '../../package.json'
import { branchCommand } from './cli/branch'
import { compareCommand } from './cli/compare'
import { completeCommand } from './cli/complete'
import { datasetsCommand, generateCommand, importCommand } from './cli/data'
import { doctorCommand } from './cli/doctor'
import { exportCommand } from './cli/export'
import { checkpointsCommand, deleteCommand, queueCommand, runsCommand } from './cli/manage'
import { familiesCommand, inspectCommand } from './cli/models'
import { EXIT_INTERNAL, EXIT_USER } from './cli/output'
import { exportModelCommand, importModelCommand, modelsCommand, saveModelCommand } from './cli/savedModels'
import { importRunCommand } from './cli/importRun'
import { storageCommand } from './cli/storage'
import { featuresCommand } from './cli/features'
import { neighboursCommand } from './cli/neighbours'
import { rankCommand } from './cli/rank'
import { sampleCommand } from './cli/sample'
import { scoreCommand } from './cli/score'
import { serveCommand } from './cli/serve'
import { trainCommand } from './cli/train'

const program = new Command('chainrule')
  .description('Autoregressive generative models with exact likelihoods')
  .version(version)
  .showHelpAfterError('(chainrule --help lists the commands; chainrule <command> --help its options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USER))

const commands = [
  doctorCommand(),
  importCommand(),
  generateCommand(),
  datasetsCommand(),
  familiesCommand(),
  inspectCommand(),
  modelsCommand(),
  saveModelCommand(),
  exportModelCommand(),
  importModelCommand(),
  trainCommand(),
  branchCommand(),
  runsCommand(),
  checkpointsCommand(),
  scoreCommand(),
  sampleCommand(),
  completeCommand(),
  rankCommand(),
  neighboursCommand(),
  featuresCommand(),
  compareCommand(),
  exportCommand(),
  importRunCommand(),
  queueCommand(),
  deleteCommand(),
  storageCommand(),
  serveCommand(),
]
for (const command of commands) program.addCommand(command.copyInheritedSettings(program))

// A fault outside of any command's own handling is ours, and never a stack without a word.
process.on('uncaughtException', (error) => {
  process.stderr.write(`Internal fault: ${error.stack ?? error.message}\n`)
  process.exit(EXIT_INTERNAL)
})

await program.parseAsync(process.argv)
