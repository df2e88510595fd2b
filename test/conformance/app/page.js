const { probe } = window;
probe.onTold((...values) => {
  const item = document.createElement('li');
  item.textContent = JSON.stringify(values);
  document.querySelector('#told').append(item);
});
const day = await probe.ask('day-after', new Date('2026-03-01T00:00:00Z'));
document.querySelector('#answer').textContent = `${day instanceof Date} ${day.toISOString()}`;
