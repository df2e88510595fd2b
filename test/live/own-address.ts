/** Stands for a person's own way in: leads a public address to the local port that is named. Ends with its parent. */
import { createLocaltunnelProvider } from '../../main/webhook/localtunnel.ts';

const provider = createLocaltunnelProvider({ host: 'https://localtunnel.me', fetch });
const tunnel = await provider.open({
  port: Number(process.argv[2]),
  name: `own${crypto.randomUUID().replaceAll('-', '')}`,
  signal: new AbortController().signal,
});
process.on('disconnect', () => process.exit(0));
process.send?.(tunnel.publicUrl);
