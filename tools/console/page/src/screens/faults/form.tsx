// A form for every kind of fault, drawn from the schema the laptop gives; a new kind appears by itself.
import { useSignal } from "@preact/signals";
import { type FaultKindForm, type Field, faultForms, faultOf } from "../../layout/fault-form.ts";
import { Answer, Panel } from "../../parts/screen.tsx";
import { useAsk } from "../../state/ask.ts";

type Add = (fault: Record<string, unknown>) => Promise<void>;

export function FaultForm({ onAdd }: { onAdd: Add }) {
  const asked = useAsk<object>("/__local/faults/schema");
  return (
    <Panel title="A fault of your own">
      <Answer asked={asked.value} what="the kinds of faults">
        {(schema) => <Kinds forms={faultForms(schema)} onAdd={onAdd} />}
      </Answer>
    </Panel>
  );
}

function Kinds({ forms, onAdd }: { forms: readonly FaultKindForm[]; onAdd: Add }) {
  const kind = useSignal(forms[0]?.kind ?? "");
  const values = useSignal<ReadonlyMap<string, string>>(new Map());
  const form = forms.find((each) => each.kind === kind.value);
  const write = (name: string, value: string) => {
    values.value = new Map(values.value).set(name, value);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (form) void onAdd(faultOf(form, values.value));
      }}
    >
      <div class="row">
        <label>
          Kind
          <select
            value={kind.value}
            onChange={(event) => {
              kind.value = event.currentTarget.value;
              values.value = new Map();
            }}
          >
            {forms.map((each) => (
              <option key={each.kind} value={each.kind}>
                {each.kind}
              </option>
            ))}
          </select>
        </label>
        <span class="quiet">{form?.words}</span>
      </div>
      <div class="row">
        {form?.fields.map((field) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the control is what Input draws
          <label class="field" key={`${kind.value}-${field.name}`} title={field.words}>
            {field.name}
            <Input
              field={field}
              value={values.value.get(field.name) ?? ""}
              onWrite={(value) => write(field.name, value)}
            />
          </label>
        ))}
      </div>
      <div class="row">
        <button type="submit" class="first">
          Add the fault
        </button>
        <span class="quiet">What is left empty strikes everything, every time.</span>
      </div>
    </form>
  );
}

function Input({ field, value, onWrite }: { field: Field; value: string; onWrite: (value: string) => void }) {
  if (field.kind === "choice") {
    return (
      <select
        value={value}
        required={field.isRequired}
        onChange={(event) => onWrite(event.currentTarget.value)}
      >
        <option value="">{field.isRequired ? "choose" : "any"}</option>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    );
  }
  if (field.kind === "number") {
    return (
      <input
        type="number"
        step={field.isInteger ? 1 : "any"}
        min={field.least}
        max={field.most}
        required={field.isRequired}
        value={value}
        onInput={(event) => onWrite(event.currentTarget.value)}
      />
    );
  }
  return (
    <input
      type="text"
      pattern={field.pattern}
      required={field.isRequired}
      value={value}
      onInput={(event) => onWrite(event.currentTarget.value)}
    />
  );
}
