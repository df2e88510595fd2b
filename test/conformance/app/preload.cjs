const { contextBridge, ipcRenderer } = require('electron');

const refusals = {};
for (const name of ['node:fs', 'node:child_process', './other.cjs']) {
  try {
    require(name);
    refusals[name] = null;
  } catch (error) {
    refusals[name] = error.message;
  }
}
contextBridge.exposeInMainWorld('probe', {
  refusals,
  ask: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  say: (channel, ...args) => ipcRenderer.send(channel, ...args),
  onTold: (listener) => {
    const heard = (_event, ...args) => listener(...args);
    ipcRenderer.on('told', heard);
    return () => ipcRenderer.off('told', heard);
  },
  callBack: (back) => back(20) + 1,
});
