import { Component, type ComponentChild, type ComponentType, createElement } from "preact";

/**
 * A component that is drawn again only when its properties have changed. Preact has it in
 * `preact/compat` alone, which would double the size of the library.
 */
export function memo<Props extends object>(
  inner: (props: Props) => ComponentChild,
  areEqual: (before: Props, after: Props) => boolean,
): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !areEqual(this.props as Props, next);
    }

    override render() {
      return createElement(inner as ComponentType<Props>, this.props as Props);
    }
  };
}
