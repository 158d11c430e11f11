"use strict";
(() => {
  const tools = document.getElementById("record-tools");
  if (!tools) return;
  const key = "evidence-check:" + document.body.dataset.record;
  const fields = [...document.querySelectorAll("[data-record]:not(body)")];
  const said = document.getElementById("record-said");
  const value = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const collect = () => {
    const record = {};
    for (const field of fields) {
      const entry = (record[field.dataset.record] ??= {});
      entry[field.dataset.field] = value(field);
    }
    return record;
  };
  const show = (record) => {
    for (const field of fields) {
      const given = record?.[field.dataset.record]?.[field.dataset.field];
      if (field.type === "checkbox") field.checked = given === true;
      else field.value = typeof given === "string" ? given : "";
    }
  };
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify(collect()));
      said.textContent = "Kept in this browser.";
    } catch {
      said.textContent = "This browser keeps nothing: save it as JSON.";
    }
  };
  try {
    show(JSON.parse(localStorage.getItem(key)));
  } catch {
    said.textContent = "Nothing could be read from this browser.";
  }
  for (const field of fields) field.addEventListener("input", keep);
  document.getElementById("record-save").addEventListener("click", () => {
    const text = JSON.stringify({ report: document.body.dataset.record, record: collect() }, null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "record.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  document.getElementById("record-load").addEventListener("change", async (event) => {
    try {
      show(JSON.parse(await event.target.files[0].text()).record);
      keep();
    } catch {
      said.textContent = "That file is no record sheet.";
    }
    event.target.value = ""; // so that the same file can be chosen again
  });
  document.getElementById("record-clear").addEventListener("click", () => {
    if (!confirm("Clear every field of the record sheet?")) return;
    show({});
    keep();
  });
  tools.hidden = false;
})();
