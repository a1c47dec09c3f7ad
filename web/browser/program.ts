// Starts the real program with its demo company, once for all browser tests, and tells them where it is and who
// may sign in. HOLDPOINT_BIN names the program; CHROMIUM the browser, if it is not in its usual place.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestProject } from 'vitest/node';

export interface Account {
  readonly name: string;
  readonly password: string;
  /** `engineer`, `administrator` and so on, without a site. */
  readonly role: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    base: string;
    accounts: Account[];
    folder: string;
  }
}

export interface Running {
  /** Without a slash at the end. */
  readonly base: string;
  /** Where its data are. */
  readonly folder: string;
  /** Everything that it printed before it served. */
  readonly words: string;
  readonly stop: () => void;
}

/** How long the program may take to make its demo and to serve; a debug build on a busy machine is slow. */
const PATIENCE_MS = 120_000;

/** The environment without anything that tells the program where other data are. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDPOINT_')));
}

/** Starts the program with these words and a folder of its own, and waits until it serves. */
export function start(...words: string[]): Promise<Running> {
  const binary = process.env.HOLDPOINT_BIN;
  if (!binary) {
    throw new Error('HOLDPOINT_BIN must name the program; `cargo xtask test --only browser` sets it');
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdpoint-browser-'));
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    binary,
    [...words, '--listen', '127.0.0.1:0', '--data-dir', folder],
    { stdio: ['ignore', 'pipe', 'pipe'], env: ownEnvironment() },
  );
  const stop = () => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return new Promise((resolve, reject) => {
    let printed = '';
    let complaints = '';
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`the program did not serve in time; it said:\n${printed}\n${complaints}`));
    }, PATIENCE_MS);
    child.stderr.on('data', (text) => {
      complaints += String(text);
    });
    child.stdout.on('data', (text) => {
      printed += String(text);
      const address = /serves (https?:\/\/[^\s/]+)/.exec(printed)?.[1];
      if (address) {
        clearTimeout(timer);
        resolve({ base: address, folder, words: printed, stop });
      }
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the program ended with ${code}; it said:\n${printed}\n${complaints}`));
    });
  });
}

const ROLES = 'viewer|engineer|approver|administrator|auditor';

/** The sign-ins that the demo prints; of each role the one for all sites comes first. */
function accountsIn(words: string): Account[] {
  const line = new RegExp(`^\\s+(\\S+)\\s+(\\S+)\\s+(${ROLES})\\b.*$`, 'gm');
  return [...words.matchAll(line)].map(([, name = '', password = '', role = '']) => ({
    name,
    password,
    role,
  }));
}

export default async function setup(project: TestProject) {
  const running = await start('demo');
  const accounts = accountsIn(running.words);
  if (accounts.length === 0) {
    running.stop();
    throw new Error(`the demo printed no sign-ins:\n${running.words}`);
  }
  const page = await (await fetch(running.base)).text();
  if (!page.includes('id="root"')) {
    running.stop();
    throw new Error('the program was built without its pages; build it again where Node.js and npm are');
  }
  project.provide('base', running.base);
  project.provide('accounts', accounts);
  project.provide('folder', running.folder);
  return running.stop;
}
