import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verifyTrail } from '../../audit/verify.ts';
import { restoreFrom } from '../../store/restore.ts';
import { done, table } from '../io.ts';
import { workspaceFiles } from '../paths.ts';
import type { Cli } from '../program.ts';
import { withPorts } from '../session.ts';

export function registerBackup(program: Command, cli: Cli): void {
  const backup = program
    .command('backup')
    .argument('[file]', 'where to; default: the workspace’s backup folder')
    .option('--list', 'list the backups in that folder')
    .description('copy the workspace while it is in use, checked for damage');
  cli.inWorkspace<{ list?: boolean }>(backup, async ({ api }, { list }, file) => {
    if (list) {
      const backups = await api.run('backup.list', {});
      const rows = backups.map((one) => [one.name, String(one.bytes), one.path]);
      return done({ backups }, rows.length === 0 ? ['No backup yet.'] : table(['Name', 'Bytes', 'Path'], rows, [1]));
    }
    const made = await api.run('backup.make', file === undefined ? {} : { path: resolve(file) });
    return done(made, [`Backup made: ${made.path} (${made.bytes} bytes).`]);
  });

  const restore = program
    .command('restore')
    .argument('<file>', 'a backup')
    .description('check a backup, then put it in the place of the workspace; the old file is kept beside it');
  cli.act(restore, (options, file = '') =>
    withPorts(cli.host, options, async ({ clock }, folder) => {
      const workspacePath = workspaceFiles(folder).database;
      const restored = await restoreFrom({ backupPath: resolve(file), workspacePath, clock, verifyTrail });
      const kept = restored.replaced === null ? [] : [`The old file is kept as ${restored.replaced}.`];
      return done(restored, [`Restored into ${folder}.`, ...kept]);
    }),
  );
}
