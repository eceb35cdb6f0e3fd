import { select } from 'd3-selection';
import { type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';

/** Pan and zoom of a picture, and what moves it from outside. */
export interface Zooming {
  readonly transform: ZoomTransform;
  by(factor: number): void;
  /** Shows all of it. */
  fit(): void;
  /** Brings a place of the picture into the middle. */
  to(x: number, y: number): void;
}

const margin = 32;

/** Lets a picture of the given size be moved and zoomed by wheel, pinch and drag inside its frame. */
export function useZoom(frame: RefObject<SVGSVGElement | null>, width: number, height: number): Zooming {
  const [transform, setTransform] = useState(zoomIdentity);
  const behavior = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const made = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.05, 2])
      .on('zoom', (event: { transform: ZoomTransform }) => setTransform(event.transform));
    behavior.current = made;
    select(element).call(made).on('dblclick.zoom', null);
    return () => {
      select(element).on('.zoom', null);
    };
  }, [frame]);
  return useMemo(() => {
    const apply = (next: (element: SVGSVGElement) => ZoomTransform): void => {
      const element = frame.current;
      if (element !== null) behavior.current?.transform(select(element), next(element));
    };
    return {
      transform,
      by: (factor) => {
        const element = frame.current;
        if (element !== null) behavior.current?.scaleBy(select(element), factor);
      },
      fit: () =>
        apply(({ clientWidth, clientHeight }) => {
          const scale = Math.min(
            1,
            (clientWidth - 2 * margin) / Math.max(1, width),
            (clientHeight - 2 * margin) / Math.max(1, height),
          );
          return zoomIdentity
            .translate((clientWidth - width * scale) / 2, (clientHeight - height * scale) / 2)
            .scale(scale);
        }),
      to: (x, y) =>
        apply(({ clientWidth, clientHeight }) => {
          const scale = Math.max(transform.k, 0.8);
          return zoomIdentity
            .translate(clientWidth / 2 - x * scale, clientHeight / 2 - y * scale)
            .scale(scale);
        }),
    };
  }, [frame, transform, width, height]);
}
