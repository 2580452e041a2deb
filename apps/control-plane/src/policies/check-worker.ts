// Entry of a thread: checks one policy set.
import { parentPort, workerData } from 'node:worker_threads';
import type { PolicySetSource } from '@holdshort/policy';
import { checkHere } from './check-policy.js';

parentPort?.postMessage(checkHere(workerData as PolicySetSource));
