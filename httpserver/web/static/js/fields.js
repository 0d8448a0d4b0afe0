// A form made from a JSON Schema. Each field is { node, read, fill }:
//   read()      the value as JSON text, undefined where it is left out; throws
//               Wrong when it is none, having said so beside the field
//   fill(value) shows a value; false when the field can't
// The values are text so that numbers keep all their digits.
import { checks } from './fields-checks.js';
import { choiceField } from './fields-choice.js';
import { listField } from './fields-list.js';
import { objectField } from './fields-object.js';
import { shapeOf } from './fields-schema.js';
import { enumField, jsonField, textField } from './fields-simple.js';

const mostDepth = 5;
const mostFields = 600; // of one form, with all that is added to it

// field makes the field that a schema asks for. `about` is { name, required,
// element, depth, form }: an element of a list is there or is not; depth counts
// the groups around it, form is what all fields share: { root, left }, the whole
// schema and how many fields it may still have.
function field(schema, about) {
  const shape = shapeOf(schema, about.form.root);
  const inner = { ...about, make: field };
  const cost = 1 + (shape.properties?.length ?? 0);
  if (about.depth > mostDepth || cost > about.form.left || shape.opaque) return jsonField(shape, inner);
  about.form.left -= cost;
  if (shape.values) return enumField(shape, inner);
  if (shape.options) return choiceField(shape, inner);
  if (shape.type === 'object' && shape.properties) return objectField(shape, inner);
  if (shape.type === 'array' && shape.items) return listField(shape, inner);
  if (Object.hasOwn(checks, shape.type)) return textField(shape, inner);
  return jsonField(shape, inner);
}

// formFields are the fields of a tool's arguments, none for a tool that names
// none, or null where only JSON will do.
export function formFields(schema) {
  const shape = shapeOf(schema, schema);
  const { additionalProperties, patternProperties } = shape.schema;
  if (!shape.properties && !patternProperties && typeof additionalProperties !== 'object' && ['object', ''].includes(shape.type)) shape.properties = [];
  if (shape.opaque || shape.options || shape.values || !shape.properties) return null;
  const group = objectField(shape, { name: '', required: true, depth: 0, form: { root: schema, left: mostFields }, make: field });
  return { ...group, none: shape.properties.length === 0 };
}
