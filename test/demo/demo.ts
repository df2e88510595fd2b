/** `npm run demo`: the app and its world. `-- --auto` plays the story and ends. */
import { playStory } from './auto.ts';

process.exitCode = await playStory();
